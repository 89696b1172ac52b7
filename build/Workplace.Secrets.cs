using System.Collections;
using Runbook;
using Runbook.Backups;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Secrets;
using Runbook.Settings;

/// <summary>The operator's secrets: where they come from, and how the encrypted ones are kept.</summary>
public sealed partial class Workplace
{
    /// <summary>Who sits at the terminal.</summary>
    public IPerson Person => new TerminalPerson(_stop);

    private FilePasswords Passwords => new(Variables(), Person.CanType ? Person.AskSecret : null, passwords);

    /// <summary>The operator's secrets. Nothing is read or asked for before it is needed.</summary>
    public SecretBundle Secrets() => SecretBundle.WhenNeeded(Settings, Resolver());

    /// <summary>What must be kept outside of the cluster; nothing is started to find out that there is none.</summary>
    public async Task<string> EscrowAsync(CancellationToken ct) =>
        await Escrow.PrintAsync(await SessionAsync(ct), Profile, Resolver(), !IsSandbox || _sandbox is not null, format, ct);

    private SecretResolver Resolver() =>
        new(Environment.GetEnvironmentVariable, new SecretVault(ConfigReader.ReadSecrets(root, _profiles), Passwords));

    /// <summary>Lists, sets or removes encrypted values of the profile.</summary>
    /// <param name="set">Name of one to set; empty for none.</param>
    /// <param name="remove">Name of one to remove; empty for none.</param>
    /// <param name="shared">In the file that all profiles share.</param>
    /// <param name="yes">Nothing need be asked any more.</param>
    /// <param name="dryRun">Only says what would be done.</param>
    /// <exception cref="RunbookException">Both were named, or one cannot be done.</exception>
    public void KeepSecrets(string set, string remove, bool shared, bool yes, bool dryRun)
    {
        var secrets = new SecretProcedures(root, _profiles, Person, Passwords, Say);
        switch (set.Length > 0, remove.Length > 0)
        {
            case (true, true):
                throw new RunbookException(ExitCode.WrongUse, "--set and --remove exclude each other") { State = "nothing was changed", Next = "one after the other" };
            case (true, false):
                secrets.Set(set, shared, dryRun);
                break;
            case (false, true):
                secrets.Remove(remove, shared, yes, dryRun);
                break;
            default:
                Print(secrets.List(format));
                break;
        }
    }

    private static Dictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
}

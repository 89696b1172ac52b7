using Nuke.Common;

public partial class Build
{
    [Parameter("Encrypted secret to set or change; its value is read from the terminal or from standard input")]
    readonly string Set = "";

    [Parameter("Encrypted secret to remove")]
    readonly string Remove = "";

    [Parameter("Set or remove the secret in parameters.json, which all profiles share")]
    readonly bool Shared;

    Target Secrets => _ => _
        .Description("List the encrypted secrets of the profile by name; --set and --remove change them")
        .Executes(() => Carry(Needs.Nothing, (w, ct) => w.KeepSecrets(Set, Remove, Shared, Yes, DryRun)));

    Target Passwords => _ => _
        .Description("Show the passwords of the cluster's roles in clear text. Asks for confirmation, unless --output json")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) =>
            w.Print(await Runbook.Secrets.Passwords.ReadAsync(await w.SessionAsync(ct), w.Person, Yes, w.Format, ct))));
}

using Runbook.Output;
using Runbook.Settings;

namespace Runbook.Secrets;

/// <summary>Lists, sets and removes the encrypted values of a profile. Nothing but a file of this checkout is changed.</summary>
/// <param name="root">Folder of the repository.</param>
/// <param name="profiles">The later ones above the earlier ones; at least one.</param>
/// <param name="person">Types passwords and values.</param>
/// <param name="passwords">Of the files.</param>
/// <param name="say">Tells the operator.</param>
public sealed class SecretProcedures(
    string root, IReadOnlyList<string> profiles, IPerson person, FilePasswords passwords, Action<string> say)
{
    /// <summary>The names, where they stand and which settings refer to them. No password is needed for that.</summary>
    /// <exception cref="ConfigurationException">A file cannot be read.</exception>
    public string List(OutputFormat format)
    {
        var document = SecretsReport.Document(ConfigReader.ReadSecrets(root, profiles));
        return format == OutputFormat.Json ? SecretsReport.Json(document) : SecretsReport.Text(document);
    }

    /// <summary>Sets one, or changes it: its value is typed, or comes from standard input where that is no terminal.</summary>
    /// <param name="name">As in <c>secret:NAME</c>.</param>
    /// <param name="shared">In the file that all profiles share.</param>
    /// <param name="dryRun">Only says what would be done.</param>
    /// <exception cref="RunbookException">The name, the value or the password cannot be taken.</exception>
    /// <exception cref="ConfigurationException">A file cannot be read.</exception>
    public void Set(string name, bool shared, bool dryRun)
    {
        if (EncryptedSecret.Problem(name) is { } problem)
            throw WrongUse(problem, "./build.sh Secrets --set app-password");
        var known = ConfigReader.ReadSecrets(root, profiles);
        var file = new SecretsFile(root, shared ? null : profiles[^1]);
        var there = file.Read();
        var isThere = there.Any(s => s.Name == name);
        if (dryRun)
        {
            say($"would {(isThere ? "change" : "set")} secret {name} in {file.Name} (dry run: nothing was changed)");
            return;
        }

        var password = there.Count > 0 ? passwords.Of(file.Profile) : passwords.New(file.Profile);
        // Before the value is asked for, which may be long to type.
        file.Check(password);
        file.Set(name, Value(name), password);
        say($"secret {name}: {(isThere ? "changed" : "set")} in {file.Name}");
        if (known.Uses.All(use => use.Name != name))
            say($"next: write \"secret:{name}\" where a setting needs it");
        else if (known.All.TryGetValue(name, out var first) && first.File != file.Name && shared)
            say($"note: the one in {first.File} overrides it");
    }

    /// <summary>Takes one out of its file, for good.</summary>
    /// <param name="name">As in <c>secret:NAME</c>.</param>
    /// <param name="shared">From the file that all profiles share.</param>
    /// <param name="yes">It need not be asked any more.</param>
    /// <param name="dryRun">Only says what would be done.</param>
    /// <exception cref="RunbookException">There is none of this name, or nobody said yes.</exception>
    /// <exception cref="ConfigurationException">A file cannot be read.</exception>
    public void Remove(string name, bool shared, bool yes, bool dryRun)
    {
        var known = ConfigReader.ReadSecrets(root, profiles);
        var file = new SecretsFile(root, shared ? null : profiles[^1]);
        if (file.Read().All(s => s.Name != name))
            throw WrongUse($"there is no secret \"{name}\" in {file.Name}; {SecretsReport.Hint(name, file)}", "./build.sh Secrets");
        if (dryRun)
        {
            say($"would remove secret {name} from {file.Name} (dry run: nothing was changed)");
            return;
        }

        Question.Ask(
            person, yes, $"remove secret {name} from {file.Name} for good", $"./build.sh Secrets --remove {name}{(shared ? " --shared" : "")} --yes");
        file.Remove(name);
        say($"secret {name}: removed from {file.Name}");
        foreach (var (path, _) in known.Uses.Where(use => use.Name == name))
            say($"note: {path} still says secret:{name}");
    }

    private SecretValue Value(string name)
    {
        try
        {
            return SecretResolver.Checked($"secret {name}", person.CanType ? person.AskSecret($"Value of {name}: ") : person.ReadInput());
        }
        catch (SecretException e)
        {
            throw WrongUse(e.Message, "the same command again");
        }
    }

    private static RunbookException WrongUse(string message, string next) =>
        new(ExitCode.WrongUse, message) { State = "nothing was changed", Next = next };
}

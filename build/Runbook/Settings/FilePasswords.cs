namespace Runbook.Settings;

/// <summary>
/// The passwords of the parameters files' encrypted values: from the environment variable that NUKE reads, from a file that only
/// this user may read, or from who can type. Each is asked for once, and not before it is needed.
/// </summary>
/// <param name="environment">The environment of this process.</param>
/// <param name="ask">Asks a person, without showing what is typed; null where nobody can type.</param>
/// <param name="known">Those that were asked for already, by variable; what is asked for is added.</param>
public sealed class FilePasswords(
    IReadOnlyDictionary<string, string> environment, Func<string, string>? ask, IDictionary<string, string> known)
{
    // NUKE asks for as many.
    private const int Shortest = 10;

    /// <summary>The environment variable of a file's password. NUKE's own name for it, in which case and punctuation do not count.</summary>
    /// <param name="profile">The file's profile; null for the file that all profiles share.</param>
    public static string Variable(string? profile) => profile is null
        ? "PARAMS_KEY"
        : $"PARAMS_{string.Concat(profile.Select(c => char.IsLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'))}_KEY";

    /// <summary>The password of a file that holds encrypted values already.</summary>
    /// <exception cref="RunbookException">It is nowhere to be had.</exception>
    public string Of(string? profile) => Known(profile, () => Typed(profile, $"Password of {ConfigReader.FileOf(profile)}: "));

    /// <summary>The password of a file that holds no encrypted value yet: typed twice, and not too short.</summary>
    /// <exception cref="RunbookException">It is nowhere to be had, or cannot be taken.</exception>
    public string New(string? profile)
    {
        var file = ConfigReader.FileOf(profile);
        var password = Known(profile, () =>
        {
            var first = Typed(profile, $"New password for {file}, at least {Shortest} characters: ");
            return first.Length < Shortest || Typed(profile, "Repeat the password: ") == first
                ? first
                : throw Wrong("the two passwords differ", "the same command again");
        });
        return password.Length >= Shortest
            ? password
            : throw Wrong($"the password for {file} is too short: at least {Shortest} characters, because it alone protects the values", "the same command with a longer one");
    }

    private string Known(string? profile, Func<string> typed)
    {
        var variable = Variable(profile);
        if (!known.TryGetValue(variable, out var password))
            known[variable] = password = FromVariable(variable) ?? FromFile($"{variable}_FILE") ?? typed();
        return password;
    }

    private string? FromVariable(string name)
    {
        // An empty variable is one that was taken back: many tools cannot unset one.
        var given = environment.Where(v => v.Value.Length > 0 && (Plain(v.Key) == Plain(name) || Plain(v.Key) == "NUKE" + Plain(name))).ToList();
        return given.DistinctBy(v => v.Value).Count() <= 1
            ? given.FirstOrDefault().Value
            : throw Wrong($"the environment variables {string.Join(" and ", given.Select(v => v.Key))} mean the same but differ", "unset all but one");
    }

    private string? FromFile(string variable)
    {
        if (FromVariable(variable) is not { } path)
            return null;
        try
        {
            return SecretReference.Parse($"file:{path}", out var reference) is { } problem
                ? throw Wrong($"{variable}: {problem}", $"{variable}=/path/of/the/file")
                : new SecretResolver(_ => null).Resolve(reference!).Reveal();
        }
        catch (SecretException e)
        {
            throw Wrong($"{variable}: {e.Message}", $"correct the file that {variable} names", e);
        }
    }

    private string Typed(string? profile, string question)
    {
        if (ask is null)
            throw Wrong(
                $"the encrypted values of {ConfigReader.FileOf(profile)} need their password, but there is no terminal",
                $"give it in the environment variable {Variable(profile)}, or in a file of mode 0600 that {Variable(profile)}_FILE names");
        var typed = ask(question);
        return typed.Length > 0 ? typed : throw Wrong("no password was typed", "the same command again");
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static RunbookException Wrong(string message, string next, Exception? inner = null) =>
        new(ExitCode.WrongUse, message, inner) { State = "nothing was changed", Next = next };
}

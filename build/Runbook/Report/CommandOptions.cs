namespace Runbook.Report;

/// <summary>What was typed beside the target and must be typed again with the next command.</summary>
/// <param name="Profile">The last one where several are layered.</param>
/// <param name="Nomad">The executable; empty for the one that is found.</param>
public sealed record CommandOptions(string Profile, string Nomad = "")
{
    /// <summary>The profile that needs no naming.</summary>
    public const string DefaultProfile = "local";

    private const string Command = "./build.sh ";

    /// <summary>Commands that can be typed as they stand; those that have the options already are left so.</summary>
    public string In(string text)
    {
        var profile = Profile == DefaultProfile ? "" : $"--profile {Profile} ";
        var nomad = Nomad.Length == 0 ? "" : $"--nomad {Word(Nomad)} ";
        var typed = Command + profile + nomad;
        return typed == Command
            ? text
            : text.Replace(typed, Command, StringComparison.Ordinal).Replace(Command + profile, Command, StringComparison.Ordinal).Replace(Command, typed, StringComparison.Ordinal);
    }

    // As a shell takes it.
    private static string Word(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+~".Contains(c, StringComparison.Ordinal)) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

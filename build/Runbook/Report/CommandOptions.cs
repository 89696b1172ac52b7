namespace Runbook.Report;

/// <summary>What was typed beside the target and must be typed again with the next command.</summary>
/// <param name="Profile">The last one where several are layered.</param>
/// <param name="Nomad">The executable; empty for the one that is found.</param>
public sealed record CommandOptions(string Profile, string Nomad = "")
{
    private const string Command = "./build.sh ";

    /// <summary>Commands that can be typed as they stand; those that name the profile already are left so.</summary>
    public string In(string text)
    {
        var typed = ErrorReport.WithProfile(Command, Profile);
        return Nomad.Length == 0 && typed == Command
            ? text
            : text.Replace(typed, Command, StringComparison.Ordinal).Replace(Command, Nomad.Length == 0 ? typed : $"{typed}--nomad {Word(Nomad)} ", StringComparison.Ordinal);
    }

    // As a shell takes it.
    private static string Word(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+~".Contains(c, StringComparison.Ordinal)) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

using System.Text.RegularExpressions;

namespace Runbook.Steps;

/// <summary>What a server that did not start has written.</summary>
/// <param name="Reason">The line that says why; empty when none does.</param>
/// <param name="Last">Its last lines, oldest first.</param>
/// <param name="StandsForGood">No second start can mend it: it is about the configuration.</param>
public sealed partial record ServerWords(string Reason, IReadOnlyList<string> Last, bool StandsForGood)
{
    private const int LinesShown = 6;

    /// <summary>Reads a log.</summary>
    public static ServerWords Of(string log)
    {
        var lines = log.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var reason = lines.LastOrDefault(l => l.StartsWith("error: ", StringComparison.Ordinal) || l.Contains("FATAL:", StringComparison.Ordinal) || l.Contains("PANIC:", StringComparison.Ordinal)) ?? "";
        return new ServerWords(
            reason.Replace("error: ", "", StringComparison.Ordinal), [.. lines.TakeLast(LinesShown)], WrongConfiguration().IsMatch(reason));
    }

    // From the server itself: of a client, user and database stand before the level, and are whatever it says.
    [GeneratedRegex("""^[^\[@]*(\[\d+\] )?FATAL: +(configuration file ".*" contains errors|could not load .*pg_hba|could not access file|could not load library|invalid value for parameter|unrecognized configuration parameter|parameter ".*" |could not map anonymous shared memory|WAL archival cannot be enabled|WAL streaming|.* must be (less|greater) than)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex WrongConfiguration();
}

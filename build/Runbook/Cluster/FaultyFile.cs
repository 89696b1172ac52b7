using System.Text.RegularExpressions;

namespace Runbook.Cluster;

/// <summary>A file that is not as it was written.</summary>
/// <param name="Path">Below the stanza's folder of backups or of WAL.</param>
/// <param name="Reason">pgBackRest's words.</param>
public sealed partial record FaultyFile(string Path, string Reason)
{
    /// <summary>The WAL segment that it is; empty for a file of a backup.</summary>
    public string Segment => WalFile().Match(Path) is { Success: true } match ? match.Groups["segment"].Value : "";

    /// <summary>The set in whose folder it lies; empty for WAL.</summary>
    public string Set => Segment.Length > 0 ? "" : Path.Split('/')[0];

    /// <summary>Reads a line that names one; null for any other.</summary>
    public static FaultyFile? Parse(string line)
    {
        if (Quoted().Match(line) is { Success: true } quoted)
            return new FaultyFile(quoted.Groups["path"].Value, quoted.Groups["reason"].Value);
        if (Unreadable().Match(line) is { Success: true } unreadable)
            return new FaultyFile(unreadable.Groups["path"].Value, unreadable.Groups["reason"].Value);
        // Two files for one segment: recovery refuses to choose.
        return Duplicate().Match(line) is { Success: true } twice
            ? new FaultyFile($"{twice.Groups["id"].Value}/{twice.Groups["segment"].Value[..16]}/{twice.Groups["segment"].Value}", "there are two of it")
            : null;
    }

    [GeneratedRegex(@"(^|/)(?<segment>[0-9A-F]{24})(-[0-9a-f]{40}(\.[a-z0-9]+)?)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex WalFile();

    [GeneratedRegex(@"\b(INFO|WARN): (?<reason>file missing|invalid checksum|invalid size) '(?<path>[^']+)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(INFO|WARN): invalid result (?<path>.+?): \[[0-9]+\] (raised from \S+ protocol: )?(?<reason>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Unreadable();

    [GeneratedRegex(@"\bINFO: duplicate WAL '(?<segment>[0-9A-F]{24})' for '(?<id>[^']+)' exists", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Duplicate();
}

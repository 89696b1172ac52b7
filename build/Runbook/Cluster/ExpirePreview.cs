using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Runbook.Cluster;

/// <summary>WAL that goes from a repository.</summary>
/// <param name="ArchiveId">Folder of the archive, such as <c>15-1</c>.</param>
/// <param name="Start">The first segment, or folder of segments.</param>
/// <param name="Stop">The last one.</param>
public sealed record ExpiredWal(string ArchiveId, string Start, string Stop);

/// <summary>What <c>pgbackrest expire --dry-run</c> says that would go from one repository, at log level info.</summary>
/// <param name="Sets">Labels, oldest first; also those left by an interrupted backup.</param>
/// <param name="Wal">WAL that nothing needs any more; before 2.50 of whole folders only the last is named.</param>
public sealed partial record ExpirePreview(ImmutableArray<string> Sets, ImmutableArray<ExpiredWal> Wal)
{
    /// <summary>Nothing would go.</summary>
    public bool IsEmpty => Sets.IsEmpty && Wal.IsEmpty;

    /// <summary>Reads what it printed.</summary>
    public static ExpirePreview Parse(string output) => new(
        [
            .. Expired().Matches(output).SelectMany(m => m.Groups["labels"].Value.Split(", "))
                .Concat(Removed().Matches(output).Select(m => m.Groups["label"].Value)).Distinct().Order(StringComparer.Ordinal),
        ],
        [
            .. Archive().Matches(output).Select(m => new ExpiredWal(m.Groups["id"].Value, m.Groups["start"].Value, m.Groups["stop"].Value)),
            .. Folder().Matches(output).Select(m => new ExpiredWal(m.Groups["id"].Value, "", "")),
        ]);

    [GeneratedRegex(@"repo[0-9]+: expire \S+ backup (set )?(?<labels>[0-9]{8}-[0-9]{6}F[0-9A-Z_, -]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Expired();

    [GeneratedRegex(@"repo[0-9]+: remove expired backup (?<label>[0-9]{8}-[0-9]{6}F[0-9A-Z_-]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Removed();

    [GeneratedRegex(@"repo[0-9]+: (?<id>\S+) remove archive, start = (?<start>[0-9A-F]+), stop = (?<stop>[0-9A-F]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Archive();

    // All of a cluster of before an upgrade.
    [GeneratedRegex(@"repo[0-9]+: remove archive path \S*/(?<id>[0-9.]+-[0-9]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Folder();
}

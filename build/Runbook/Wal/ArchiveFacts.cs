using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Runbook.Node;

namespace Runbook.Wal;

/// <summary>Which WAL is left, in the repository and on the live disk, and how timelines descend.</summary>
public sealed partial record ArchiveFacts
{
    /// <summary>Segments in the repository, with the moment at which each was archived.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Archived { get; init; } = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>Segments that are only in the live directory: recovery is offered them, too.</summary>
    public IReadOnlySet<string> Local { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The timeline history files of the archive.</summary>
    public IReadOnlyList<TimelineFork> History { get; init; } = [];

    /// <summary>When the history file of a timeline was archived.</summary>
    public IReadOnlyDictionary<uint, DateTimeOffset> HistoryAt { get; init; } = new Dictionary<uint, DateTimeOffset>();

    /// <summary>Bytes of a segment.</summary>
    public long SegmentSize { get; init; } = WalName.DefaultSize;

    /// <summary>Every segment that recovery can get.</summary>
    public IEnumerable<string> Segments => Archived.Keys.Concat(Local);

    /// <summary>Whether recovery can get a segment.</summary>
    public bool Has(string segment) => Archived.ContainsKey(segment) || Local.Contains(segment);

    /// <summary>Bytes that the segments take in the repository.</summary>
    public long Bytes { get; init; }

    /// <summary>Not all could be listed: what seems to be missing may be there.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>Reads what the node printed for the operation <c>archive</c>.</summary>
    /// <param name="text">The lines <c>fact wal.N JSON</c>, with the number of the repository, and others.</param>
    /// <param name="repository">Only what this one holds, and nothing that is only on the live disk; 0 for all there is anywhere.</param>
    public static ArchiveFacts Parse(string text, int repository = 0)
    {
        var archived = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var bytes = 0L;
        // A repository that did not answer listed nothing.
        foreach (var listing in Listings(text, repository).Where(l => l.Length > 0))
            bytes += ReadListing(listing, archived);
        return new ArchiveFacts
        {
            Archived = archived,
            Bytes = bytes,
            IsIncomplete = Values(text, "wal.unlisted").Any(n => repository == 0 || n == $"{repository}"),
            Local = repository > 0 ? new HashSet<string>(StringComparer.Ordinal) : Values(text, "wal.local").Where(s => s.Length == 24 && !archived.ContainsKey(s)).ToHashSet(StringComparer.Ordinal),
            History = TimelineFork.Parse(text),
            HistoryAt = Values(text, "history.at").Select(v => v.Split(' ')).Where(p => p.Length == 2 && Moment.Of(p[1]) is not null)
                .ToDictionary(p => uint.Parse(p[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), p => Moment.Of(p[1])!.Value),
            SegmentSize = Values(text, "control.walsegment").Select(v => long.Parse(v, CultureInfo.InvariantCulture)).LastOrDefault(WalName.DefaultSize),
        };
    }

    // Before there could be several repositories the lines had no number.
    private static IEnumerable<string> Listings(string text, int repository) =>
        text.Split('\n').Select(l => Listing().Match(l))
            .Where(m => m.Success && (repository == 0 || m.Groups["number"].Value is "" || m.Groups["number"].Value == $"{repository}"))
            .Select(m => m.Groups["json"].Value.Trim());

    private static long ReadListing(string json, Dictionary<string, DateTimeOffset> archived)
    {
        var bytes = 0L;
        using var document = JsonDocument.Parse(json);
        foreach (var file in document.RootElement.EnumerateObject())
        {
            // The history file of a backup begins with the name of a segment, too, and is none.
            if (Segment().Match(file.Name) is not { Success: true } match)
                continue;
            archived[match.Groups["name"].Value] = DateTimeOffset.FromUnixTimeSeconds(
                file.Value.TryGetProperty("time", out var time) ? time.GetInt64() : 0);
            bytes += file.Value.TryGetProperty("size", out var size) ? size.GetInt64() : 0;
        }
        return bytes;
    }

    private static IEnumerable<string> Values(string text, string fact) =>
        text.Split('\n').Where(l => l.StartsWith($"fact {fact} ", StringComparison.Ordinal)).Select(l => l[(fact.Length + 6)..].Trim());

    [GeneratedRegex(@"^(?<name>[0-9A-F]{24})-[0-9a-f]{40}(\.[a-z0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Segment();

    [GeneratedRegex(@"^fact wal(\.(?<number>[0-9]+))? (?<json>.*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Listing();
}

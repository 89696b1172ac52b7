using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runbook.Facts;

/// <summary>Which WAL is left, in the repository and on the live disk, and how timelines descend.</summary>
public sealed partial record ArchiveFacts
{
    /// <summary>Segments in the repository, with the moment at which each was archived.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Archived { get; init; } = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>Segments that are only in the live directory: recovery is offered them, too.</summary>
    public IReadOnlySet<string> Local { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The timeline history files of the archive.</summary>
    public IReadOnlyList<TimelineFork> History { get; init; } = [];

    /// <summary>Bytes of a segment.</summary>
    public long SegmentSize { get; init; } = WalName.DefaultSize;

    /// <summary>Every segment that recovery can get.</summary>
    public IEnumerable<string> Segments => Archived.Keys.Concat(Local);

    /// <summary>Whether recovery can get a segment.</summary>
    public bool Has(string segment) => Archived.ContainsKey(segment) || Local.Contains(segment);

    /// <summary>Reads what the node printed for the operation <c>archive</c>.</summary>
    public static ArchiveFacts Parse(string text)
    {
        var archived = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        // A repository that did not answer listed nothing.
        foreach (var listing in Values(text, "wal").Where(l => l.Length > 0))
            ReadListing(listing, archived);
        return new ArchiveFacts
        {
            Archived = archived,
            Local = Values(text, "wal.local").Where(s => s.Length == 24 && !archived.ContainsKey(s)).ToHashSet(StringComparer.Ordinal),
            History = TimelineFork.Parse(text),
            SegmentSize = Values(text, "control.walsegment").Select(v => long.Parse(v, CultureInfo.InvariantCulture)).LastOrDefault(WalName.DefaultSize),
        };
    }

    private static void ReadListing(string json, Dictionary<string, DateTimeOffset> archived)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var file in document.RootElement.EnumerateObject())
        {
            // The history file of a backup begins with the name of a segment, too, and is none.
            if (Segment().Match(file.Name) is { Success: true } match)
                archived[match.Groups["name"].Value] = DateTimeOffset.FromUnixTimeSeconds(
                    file.Value.TryGetProperty("time", out var time) ? time.GetInt64() : 0);
        }
    }

    private static IEnumerable<string> Values(string text, string fact) =>
        text.Split('\n').Where(l => l.StartsWith($"fact {fact} ", StringComparison.Ordinal)).Select(l => l[(fact.Length + 6)..].Trim());

    [GeneratedRegex(@"^(?<name>[0-9A-F]{24})-[0-9a-f]{40}(\.[a-z0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Segment();
}

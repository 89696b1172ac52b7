using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Wal;

namespace Runbook.Checks;

/// <summary>Which WAL is where, along one way of timelines; segments are counted from position 0.</summary>
/// <param name="health">What the node said.</param>
/// <param name="path">The way.</param>
/// <param name="archives">Folder of the cluster's WAL in each repository: each numbers its clusters for itself.</param>
internal sealed class WalMap(HealthFacts health, TimelinePath path, IReadOnlyDictionary<int, string> archives)
{
    // Every backup of an idle server closes segments that hold no commit.
    private const int Looked = 8;

    /// <summary>Bytes of a segment.</summary>
    public long Size => health.SegmentSize;

    /// <summary>The number of a segment.</summary>
    public ulong Number(string name) => WalName.Number(name, Size);

    /// <summary>Its name on the way. Of two timelines the later one holds all of it: its beginning was copied at the fork.</summary>
    public string Name(ulong n) => WalName.Of(Timeline(n), n, Size);

    /// <summary>Whether a repository has it.</summary>
    public bool Has(int repository, ulong n) => Range(repository, n) is not null;

    /// <summary>Whether it waits to be archived.</summary>
    public bool Waits(ulong n) => health.Waits.Any(w => w.Holds(Timeline(n), n, Size));

    /// <summary>When it was archived; null when that is not known.</summary>
    public DateTimeOffset? ArchivedAt(int repository, ulong n) =>
        Range(repository, n) is { } range && Number(range.Last) == n && range.At > DateTimeOffset.UnixEpoch ? range.At : null;

    /// <summary>The segments right before one, newest first, as far as the repository has them.</summary>
    public ImmutableArray<string> Before(int repository, ulong n)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        for (var before = n - 1; before < n && names.Count < Looked && Has(repository, before); before--)
            names.Add(Name(before));
        return names.ToImmutable();
    }

    /// <summary>The last segment that must be there: all that the server has closed, or all that is known to come before another.</summary>
    public ulong End(int repository)
    {
        var archived = Ranges(repository).SelectMany(r => path.Legs.Where(l => l.Timeline == r.Timeline).Select(l => Math.Min(Number(r.Last), Last(l))))
            .DefaultIfEmpty().Max();
        return health.Server is { Segment.Length: 24 } server && Number(server.Segment) > 0 ? Math.Max(archived, Number(server.Segment) - 1) : archived;
    }

    // The segment in which the way leaves a timeline belongs to the next one.
    private ulong Last(TimelineLeg leg) => leg.Until == ulong.MaxValue ? ulong.MaxValue : Math.Max(1, leg.Until / (ulong)Size) - 1;

    private uint Timeline(ulong n) => path.Legs.Last(l => l.Touches(n, Size)).Timeline;

    private WalRange? Range(int repository, ulong n) => Ranges(repository).FirstOrDefault(r => r.Holds(Timeline(n), n, Size));

    private IEnumerable<WalRange> Ranges(int repository) =>
        health.Archived.Where(r => r.Repository == repository && archives.TryGetValue(repository, out var id) && r.ArchiveId == id);
}

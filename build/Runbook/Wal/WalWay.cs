using System.Collections.Immutable;
using Runbook.Output;

namespace Runbook.Wal;

/// <summary>
/// One way of timelines as one repository holds it: the sets that lie on it, and the segments that recovery needs to go from each of them
/// to the end. pgBackRest's own <c>verify</c> does not see that one is gone, and PostgreSQL takes it for the end of WAL.
/// </summary>
public sealed class WalWay
{
    private readonly ulong _first;
    private readonly string[] _names;
    private readonly DateTimeOffset?[] _archivedAt;
    private readonly List<OnWay> _sets;

    private WalWay(TimelinePath path, ulong first, string[] names, DateTimeOffset?[] archivedAt, List<OnWay> sets) =>
        (Path, _first, _names, _archivedAt, _sets) = (path, first, names, archivedAt, sets);

    /// <summary>The timelines that it takes.</summary>
    public TimelinePath Path { get; }

    /// <summary>The sets that lie on it, oldest first.</summary>
    public IEnumerable<BackupSet> Sets => _sets.Select(s => s.Set);

    /// <summary>Looks along a way; null where no set lies on it.</summary>
    /// <param name="path">The way.</param>
    /// <param name="sets">Sets of one repository and one folder of its archive.</param>
    /// <param name="withAllWal">Those of them from which all WAL is kept.</param>
    /// <param name="archive">What that folder holds.</param>
    public static WalWay? Along(TimelinePath path, IEnumerable<BackupSet> sets, IReadOnlySet<string> withAllWal, ArchiveFacts archive)
    {
        var size = archive.SegmentSize;
        var on = sets.Where(path.Holds).OrderBy(s => s.FinishedAt)
            .Select(s => new OnWay(s, WalName.Number(s.WalStart, size), WalName.Number(s.WalStop, size), withAllWal.Contains(s.Label))).ToList();
        if (on.Count == 0)
            return null;
        var first = on.Min(s => s.Start);
        // To the last segment that was ever seen of the way, be it only named by a set.
        var last = archive.Archived.Keys.Where(n => IsOn(path, n, size)).Select(n => WalName.Number(n, size)).Concat(on.Select(s => s.Stop)).Max();
        var names = new string[last - first + 1];
        var archivedAt = new DateTimeOffset?[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var number = first + (ulong)i;
            // Where the way forks, the file of the newer timeline holds all WAL of the segment.
            names[i] = WalName.Of(path.Legs.Last(l => l.Touches(number, size)).Timeline, number, size);
            archivedAt[i] = archive.Archived.TryGetValue(names[i], out var at) ? at : null;
        }
        return new WalWay(path, first, names, archivedAt, on);
    }

    /// <summary>The segments that recovery from one of the sets needs and that are not there or of no use, in order; those next to each
    /// other on one timeline, and wrong in the same way, together.</summary>
    /// <param name="damaged">Segments that are there and of no use, with the reason.</param>
    public IEnumerable<WalRun> Wrong(IReadOnlyDictionary<string, string> damaged)
    {
        var from = _sets.Where(s => s.AllWal).Select(s => (ulong?)s.Start).Min();
        WalRun? run = null;
        for (var i = 0; i < _names.Length; i++)
        {
            var number = _first + (ulong)i;
            var reason = damaged.GetValueOrDefault(_names[i]) ?? (_archivedAt[i] is null ? "" : null);
            var needed = number >= from || _sets.Any(s => s.Start <= number && number <= s.Stop);
            var wrong = reason is not null && needed;
            if (run is not null && !(wrong && run.Reason == reason && run.Timeline == WalName.Timeline(_names[i])))
            {
                yield return run;
                run = null;
            }
            if (wrong)
                run = run is null ? new WalRun([_names[i]], reason!) : run with { Segments = run.Segments.Add(_names[i]) };
        }
        if (run is not null)
            yield return run;
    }

    /// <summary>The sets that do not become consistent without one of these segments.</summary>
    public IEnumerable<BackupSet> Needing(IReadOnlySet<string> segments) =>
        _sets.Where(s => Names(s.Start, s.Stop).Any(segments.Contains)).Select(s => s.Set);

    /// <summary>The first set from which recovery can go on and that begins behind the last of these segments; null when there is none.</summary>
    public BackupSet? Behind(IReadOnlySet<string> segments) =>
        Array.FindLastIndex(_names, segments.Contains) is >= 0 and var last
            ? _sets.FirstOrDefault(s => s.AllWal && s.Start > _first + (ulong)last)?.Set
            : null;

    /// <summary>The moments that can be recovered to.</summary>
    /// <param name="withoutSets">Labels of sets that cannot be used.</param>
    /// <param name="withoutSegments">Segments that cannot be used; none of the others counts as missing.</param>
    public ImmutableArray<Period> Restorable(IReadOnlySet<string> withoutSets, IReadOnlySet<string> withoutSegments)
    {
        var broken = _names.Select((name, i) => (name, Number: _first + (ulong)i)).Where(n => withoutSegments.Contains(n.name)).Select(n => n.Number).ToList();
        return Period.Union(_sets.Where(s => !withoutSets.Contains(s.Set.Label)).Select(s => Reach(s, broken)).OfType<Period>());
    }

    private Period? Reach(OnWay set, List<ulong> broken)
    {
        var next = broken.Where(n => n >= set.Start).Select(n => (ulong?)n).FirstOrDefault();
        if (next <= set.Stop)
            return null;
        var at = set.Set.FinishedAt;
        if (!set.AllWal)
            return new Period(at, at);
        // The last segment before it whose time is known.
        for (var i = (next is { } n ? (int)(n - _first) : _names.Length) - 1; i >= (int)(set.Start - _first); i--)
        {
            if (_archivedAt[i] is { } archived)
                return new Period(at, archived > at ? archived : at);
        }
        return new Period(at, at);
    }

    private IEnumerable<string> Names(ulong start, ulong stop)
    {
        for (var n = start; n <= stop; n++)
            yield return _names[n - _first];
    }

    private static bool IsOn(TimelinePath path, string segment, long size) =>
        path.Legs.Any(l => l.Timeline == WalName.Timeline(segment) && l.Touches(WalName.Number(segment, size), size));

    private sealed record OnWay(BackupSet Set, ulong Start, ulong Stop, bool AllWal);
}

/// <summary>Segments next to each other on one timeline that recovery needs and does not get.</summary>
/// <param name="Segments">Their names, in order.</param>
/// <param name="Reason">What is wrong with them; empty when they are not there.</param>
public sealed record WalRun(ImmutableArray<string> Segments, string Reason)
{
    /// <summary>The timeline on which they lie.</summary>
    public uint Timeline => WalName.Timeline(Segments[0]);

    /// <summary>What is wrong, in words.</summary>
    public override string ToString() =>
        (Segments.Length == 1 ? $"WAL segment {Segments[0]} is " : $"{Segments.Length} WAL segments, {Segments[0]} to {Segments[^1]}, are ")
        + (Reason.Length > 0 ? $"damaged ({Reason})" : "missing");
}

using System.Collections.Immutable;
using System.Globalization;

namespace Runbook.Wal;

/// <summary>A stretch of WAL that lies on one timeline.</summary>
/// <param name="Timeline">The timeline.</param>
/// <param name="From">WAL position at which it begins.</param>
/// <param name="Until">WAL position at which the way leaves it; the largest one where it does not.</param>
public sealed record TimelineLeg(uint Timeline, ulong From, ulong Until)
{
    /// <summary>Whether a segment holds WAL of this stretch.</summary>
    public bool Touches(ulong segment, long size) => From / (ulong)size <= segment && Until > segment * (ulong)size;
}

/// <summary>The way that recovery takes to a timeline: through its ancestors, oldest first.</summary>
/// <param name="Timeline">Where it leads.</param>
/// <param name="Legs">The stretches of the way.</param>
public sealed record TimelinePath(uint Timeline, ImmutableArray<TimelineLeg> Legs)
{
    /// <summary>The way to a timeline. One that has no history file began with the cluster.</summary>
    public static TimelinePath To(uint timeline, IEnumerable<TimelineFork> history)
    {
        var legs = ImmutableArray.CreateBuilder<TimelineLeg>();
        var from = 0ul;
        foreach (var fork in history.Where(f => f.Timeline == timeline).OrderBy(f => f.LeftAt))
        {
            legs.Add(new TimelineLeg(fork.Ancestor, from, fork.LeftAt));
            from = fork.LeftAt;
        }
        legs.Add(new TimelineLeg(timeline, from, ulong.MaxValue));
        return new TimelinePath(timeline, legs.ToImmutable());
    }

    /// <summary>The timelines that the archive or a set speaks of.</summary>
    public static IReadOnlyList<uint> Known(IEnumerable<TimelineFork> history, IEnumerable<BackupSet> sets) =>
        [.. history.SelectMany(f => new[] { f.Timeline, f.Ancestor }).Concat(sets.Where(s => s.NamesWal).Select(s => s.Timeline)).Distinct().Order()];

    /// <summary>Whether recovery can go this way from a set: it ended on the way, not behind a fork.</summary>
    public bool Holds(BackupSet set) =>
        set.NamesWal && Legs.Any(l => l.Timeline == set.Timeline && Lsn.Parse(set.LsnStop) <= l.Until);

    /// <summary>The WAL position at which two ways part; the largest one where one of them is a part of the other.</summary>
    public ulong PartsFrom(TimelinePath other)
    {
        for (var i = 0; i < Math.Min(Legs.Length, other.Legs.Length); i++)
        {
            if (Legs[i].Timeline != other.Legs[i].Timeline)
                return Math.Max(Legs[i].From, other.Legs[i].From);
            if (Legs[i].Until != other.Legs[i].Until)
                return Math.Min(Legs[i].Until, other.Legs[i].Until);
        }
        return ulong.MaxValue;
    }

    /// <summary>The way in words.</summary>
    public override string ToString() => Timeline.ToString(CultureInfo.InvariantCulture);
}

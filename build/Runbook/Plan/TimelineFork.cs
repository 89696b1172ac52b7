using System.Globalization;
using Runbook.Facts;

namespace Runbook.Plan;

/// <summary>A line of a timeline history file: a timeline descends from another and left it at a WAL position.</summary>
/// <param name="Timeline">The descendant whose history this is.</param>
/// <param name="Ancestor">One of its ancestors, not only its parent.</param>
/// <param name="LeftAt">WAL position at which the way to the descendant left that ancestor.</param>
public sealed record TimelineFork(uint Timeline, uint Ancestor, ulong LeftAt)
{
    /// <summary>The timelines that recovery of a set can follow: its own, and those that left it after the set's end.</summary>
    public static IReadOnlySet<uint> Reachable(BackupSet set, IEnumerable<TimelineFork> history)
    {
        var end = Lsn(set.LsnStop);
        return history.Where(f => f.Ancestor == set.Timeline && f.LeftAt >= end).Select(f => f.Timeline).Append(set.Timeline).ToHashSet();
    }

    /// <summary>Reads the lines <c>fact history HEX ANCESTOR LSN</c> that the node printed.</summary>
    public static IReadOnlyList<TimelineFork> Parse(string text) =>
    [
        .. text.Split('\n').Where(l => l.StartsWith("fact history ", StringComparison.Ordinal))
            .Select(l => l.Split(' ')).Where(p => p.Length >= 5)
            .Select(p => new TimelineFork(
                uint.Parse(p[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                uint.Parse(p[3], CultureInfo.InvariantCulture),
                Lsn(p[4]))),
    ];

    /// <summary>A WAL position such as <c>0/3000028</c> as a number; 0 for an empty one.</summary>
    public static ulong Lsn(string text) =>
        text.Split('/') is [var high, var low]
            ? (ulong.Parse(high, NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 32)
                | ulong.Parse(low, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : 0;
}

using System.Globalization;

namespace Runbook.Wal;

/// <summary>A line of a timeline history file: a timeline descends from another and left it at a WAL position.</summary>
/// <param name="Timeline">The descendant whose history this is.</param>
/// <param name="Ancestor">One of its ancestors, not only its parent.</param>
/// <param name="LeftAt">WAL position at which the way to the descendant left that ancestor.</param>
public sealed record TimelineFork(uint Timeline, uint Ancestor, ulong LeftAt)
{
    /// <summary>Reads the lines <c>fact history HEX ANCESTOR LSN</c> that the node printed.</summary>
    public static IReadOnlyList<TimelineFork> Parse(string text) =>
    [
        .. text.Split('\n').Where(l => l.StartsWith("fact history ", StringComparison.Ordinal))
            .Select(l => l.Trim().Split(' ')).Where(p => p.Length >= 5)
            .Select(p => new TimelineFork(
                uint.Parse(p[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                uint.Parse(p[3], CultureInfo.InvariantCulture),
                Lsn.Parse(p[4]))),
    ];
}

using System.Globalization;

namespace Runbook.Wal;

/// <summary>The newest commit that the WAL which is left holds.</summary>
/// <param name="At">Its time: no later one can be a target.</param>
/// <param name="Segment">Where it was found.</param>
public sealed record LastCommit(DateTimeOffset At, string Segment)
{
    /// <summary>Reads what the node printed for the operation <c>lastcommit</c>; null when it found none.</summary>
    public static LastCommit? Parse(string text) =>
        text.Split('\n').Where(l => l.StartsWith("fact wal.lastcommit ", StringComparison.Ordinal))
            .Select(l => l.Trim().Split(' '))
            .Where(p => p.Length == 4)
            .Select(p => DateTimeOffset.TryParse(p[2], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
                ? new LastCommit(at, p[3])
                : null)
            .LastOrDefault();
}

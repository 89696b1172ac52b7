using System.Collections.Immutable;
using System.Globalization;

namespace Runbook.Wal;

/// <summary>A stretch of WAL in which the first commit is looked for.</summary>
/// <param name="From">WAL position behind which it must be.</param>
/// <param name="Segments">Where to look, in order.</param>
/// <param name="Whole">The segments are all there are: no commit in them means that there is none.</param>
public sealed record WalStretch(ulong From, ImmutableArray<string> Segments, bool Whole)
{
    /// <summary>As the node takes it: the position in decimal, then the segments.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From}:{string.Join(',', Segments)}");
}

/// <summary>What the node found in a stretch.</summary>
/// <param name="At">Time of the first commit; null when none was found.</param>
/// <param name="Unread">A segment could not be read, so nothing is known.</param>
public sealed record FirstCommit(DateTimeOffset? At, bool Unread)
{
    /// <summary>Reads what the node printed for the operation <c>firstcommits</c>: one answer for each stretch that was asked.</summary>
    public static ImmutableArray<FirstCommit> Parse(string text, int count)
    {
        var lines = text.Split('\n').Where(l => l.StartsWith("fact wal.first ", StringComparison.Ordinal)).Select(l => l.Trim().Split(' ', 4)).Where(p => p.Length == 4).ToList();
        return [.. Enumerable.Range(1, count).Select(n => Of(lines.Find(p => p[2] == n.ToString(CultureInfo.InvariantCulture))?[3] ?? "unread"))];
    }

    private static FirstCommit Of(string word) => word switch
    {
        "none" => new FirstCommit(null, Unread: false),
        _ when DateTimeOffset.TryParse(word, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) => new FirstCommit(at, Unread: false),
        _ => new FirstCommit(null, Unread: true),
    };
}

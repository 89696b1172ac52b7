using System.Collections.Immutable;

namespace Runbook.Wal;

/// <summary>How far the WAL that is left reaches.</summary>
/// <param name="End">WAL position behind the last segment that can be replayed.</param>
/// <param name="Missing">The first segment that is not there.</param>
/// <param name="Gap">There is WAL behind the missing segment: it was lost, not yet to come.</param>
/// <param name="Newest">The last segments that can be replayed, newest first.</param>
/// <param name="Expect">Start of the newest of them that is archived; null when none is.</param>
/// <param name="ArchivedAt">When that one was archived.</param>
public sealed record WalReach(
    ulong End, string Missing, bool Gap, ImmutableArray<string> Newest, ulong? Expect, DateTimeOffset? ArchivedAt);

/// <summary>Walks the WAL from a set along a way of timelines. pgBackRest's own <c>verify</c> does not see a segment that is
/// missing between sets, and PostgreSQL takes it for the end of WAL.</summary>
public static class WalPath
{
    // Where the last commit is looked for, newest first, until one is found: every backup of an idle server closes segments
    // that hold none.
    private const int Looked = 64;

    /// <summary>Walks until a segment is missing.</summary>
    public static WalReach Walk(TimelinePath path, BackupSet set, ArchiveFacts archive)
    {
        var size = archive.SegmentSize;
        var newest = new List<string>();
        ulong? expect = null;
        DateTimeOffset? archivedAt = null;
        var n = WalName.Number(set.WalStart, size);
        var end = n * (ulong)size;
        string missing;
        for (; ; n++)
        {
            // The last of them holds all WAL of the segment: its beginning was copied from the ancestor at the fork.
            var legs = path.Legs.Where(l => l.Touches(n, size)).ToList();
            missing = WalName.Of(legs[^1].Timeline, n, size);
            var found = legs.FindLast(l => archive.Has(WalName.Of(l.Timeline, n, size)));
            if (found is null)
                break;
            var name = WalName.Of(found.Timeline, n, size);
            newest.Add(name);
            if (archive.Archived.TryGetValue(name, out var at))
                (expect, archivedAt) = (n * (ulong)size, at);
            end = found == legs[^1] ? (n + 1) * (ulong)size : found.Until;
            // An ancestor's file goes no further on this way than the fork.
            if (found != legs[^1])
                break;
        }
        return new WalReach(
            end, missing, archive.Segments.Any(s => IsBehind(s, n, path, size)),
            [.. newest.AsEnumerable().Reverse().Take(Looked)], expect, archivedAt);
    }

    private static bool IsBehind(string segment, ulong missing, TimelinePath path, long size)
    {
        var number = WalName.Number(segment, size);
        var timeline = WalName.Timeline(segment);
        return number > missing && path.Legs.Any(l => l.Timeline == timeline && l.Touches(number, size));
    }
}

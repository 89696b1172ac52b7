using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Wal;

namespace Runbook.Checks;

/// <summary>WAL that is missing in a repository although more of it was written.</summary>
/// <param name="Repository">Number of the repository.</param>
/// <param name="First">Name of the first missing segment.</param>
/// <param name="Last">Name of the last missing one.</param>
/// <param name="Count">How many are missing.</param>
/// <param name="Position">WAL position at which it begins: recovery cannot get past it.</param>
/// <param name="Before">Names of the segments before it, newest first: in them lies the last commit that can be restored.</param>
/// <param name="BeforeAt">When the newest of these was archived; null when that is not known.</param>
/// <param name="Elsewhere">Another repository holds all of it.</param>
/// <param name="Behind">The whole sets that begin behind it, oldest first.</param>
/// <param name="Spoilt">The sets that need some of it to become consistent.</param>
public sealed record WalGap(
    int Repository, string First, string Last, int Count, ulong Position, ImmutableArray<string> Before, DateTimeOffset? BeforeAt, bool Elsewhere,
    ImmutableArray<BackupSet> Behind, ImmutableArray<BackupSet> Spoilt)
{
    /// <summary>A full backup begins after it: whatever comes from now on can be restored.</summary>
    public bool IsBehindFull => Behind.Any(s => s.Type == BackupType.Full);
}

/// <summary>Finds the WAL that is missing along the timeline of a cluster. Neither pgBackRest nor PostgreSQL does: the one takes a
/// segment that it has dropped for archived, the other takes a missing one for the end. Pure.</summary>
public static class WalGaps
{
    /// <summary>The gaps of one repository, from where its window begins to what the server has closed, oldest first.</summary>
    public static IReadOnlyList<WalGap> Of(HealthLook look, HealthFacts health, int repository)
    {
        var all = (look.Facts.Node?.Repository?.Sets ?? []).Where(s => s.NamesWal).ToList();
        // A stanza that was upgraded still holds sets of the version before, and their timelines have the same numbers.
        var archives = all.GroupBy(s => s.Repository).ToDictionary(g => g.Key, g => g.Last().ArchiveId);
        var sets = all.Where(s => s.Repository == repository && s.ArchiveId == archives[repository]).ToList();
        var path = TimelinePath.To(Own(look, health), health.History);
        var onPath = sets.Where(path.Holds).ToList();
        if (onPath.Count == 0)
            return [];
        var wal = new WalMap(health, path, archives);
        // With a retention of its own, WAL between older sets is expired on purpose.
        var withAllWal = WalRetention.WithAllWal(sets, look.Settings.Pgbackrest.Repositories[repository - 1].Retention);
        var from = sets.First(s => withAllWal.Contains(s.Label)).FinishedAt;
        var needed = onPath.Where(s => s.FinishedAt < from).SelectMany(s => Numbers(wal.Number(s.WalStart), wal.Number(s.WalStop)));
        if (onPath.Find(s => s.FinishedAt >= from) is { } first)
            needed = needed.Concat(Numbers(wal.Number(first.WalStart), wal.End(repository)));
        var missing = needed.Distinct().Order().Where(n => !wal.Has(repository, n) && !wal.Waits(n)).ToList();
        return [.. Stretches(missing).Select(s => Gap(look, wal, repository, s.First, s.Last, onPath))];
    }

    // What the server writes; its control file may still tell the timeline of before a promotion.
    private static uint Own(HealthLook look, HealthFacts health) =>
        health.Server is { Segment.Length: 24 } server ? WalName.Timeline(server.Segment) : look.Facts.Node!.Timeline;

    private static WalGap Gap(HealthLook look, WalMap wal, int repository, ulong first, ulong last, List<BackupSet> sets) => new(
        repository, wal.Name(first), wal.Name(last), (int)(last - first) + 1, first * (ulong)wal.Size,
        wal.Before(repository, first), wal.ArchivedAt(repository, first - 1),
        look.Repositories.Any(r => r.Number != repository && Numbers(first, last).All(n => wal.Has(r.Number, n))),
        [.. sets.Where(s => !s.Error && wal.Number(s.WalStart) > last)],
        [.. sets.Where(s => wal.Number(s.WalStart) <= last && wal.Number(s.WalStop) >= first)]);

    private static IEnumerable<ulong> Numbers(ulong first, ulong last)
    {
        for (var n = first; n <= last && n != ulong.MaxValue; n++)
            yield return n;
    }

    private static IEnumerable<(ulong First, ulong Last)> Stretches(List<ulong> numbers)
    {
        for (var i = 0; i < numbers.Count; i++)
        {
            var first = i;
            while (i + 1 < numbers.Count && numbers[i + 1] == numbers[i] + 1)
                i++;
            yield return (numbers[first], numbers[i]);
        }
    }
}

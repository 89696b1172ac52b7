using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>The set that is restored, and the way from it.</summary>
/// <param name="Set">The set.</param>
/// <param name="Path">The way of timelines that recovery takes; null where it ends with the set.</param>
/// <param name="Timeline">The timeline as recovery is told it; empty where it ends with the set.</param>
/// <param name="Usable">All sets that lie on the way, oldest first.</param>
public sealed record RestoreChoice(BackupSet Set, TimelinePath? Path, string Timeline, IReadOnlyList<BackupSet> Usable);

/// <summary>Chooses set and timeline. Pure.</summary>
public static class SetChoice
{
    /// <summary>The sets from which a choice can be made, oldest first.</summary>
    /// <exception cref="RunbookException">There is none, or the repository cannot be asked.</exception>
    public static RepositoryInfo Repository(ClusterSettings settings, ClusterFacts facts)
    {
        if (!settings.HasBackups)
            throw RunbookException.Refused("no repository is configured: there is nothing to restore from", "set pgbackrest.repositories");
        var node = facts.Node ?? throw RunbookException.Refused("the node that holds the data cannot be asked", "./build.sh Status");
        if (node.Repository is not { } repository)
            throw RunbookException.Refused($"the repository does not answer: {node.RepositoryError}", "correct pgbackrest.repositories or wait, then run the same command");
        return repository.Sets.IsEmpty
            ? throw RunbookException.Refused($"stanza {settings.Pgbackrest.Stanza} has no backup set ({repository.Message})", "./build.sh Backup --backup-type full")
            : repository;
    }

    /// <summary>Where to look for WAL: the folder of the archive, and the high part from which on. Of the timelines nothing is
    /// known yet, so the choice may fall on an older set: then this is asked again with it.</summary>
    public static (string ArchiveId, uint High) Search(ClusterSettings settings, ClusterFacts facts, RestoreRequest request)
    {
        var sets = Repository(settings, facts).Sets;
        var set = Named(sets, request) is { } named ? named
            : sets.LastOrDefault(s => s.NamesWal && facts.Node!.Restore is { Unfinished: true } begun && s.Label == begun.Set)
                ?? sets.LastOrDefault(s => s.NamesWal && !s.Error && TargetWindow.IsBefore(s, request.Target)) ?? sets[0];
        return (set.ArchiveId, set.NamesWal ? WalName.High(set.WalStart) : 0);
    }

    /// <summary>The set and the timeline that the request means.</summary>
    /// <exception cref="RunbookException">There is none, or it is damaged, or it does not fit the target.</exception>
    public static RestoreChoice Choose(
        ClusterSettings settings, ClusterFacts facts, RestoreRequest request, ArchiveFacts? archive, TimeZoneInfo zone)
    {
        var sets = Repository(settings, facts).Sets;
        var named = Named(sets, request);
        if (request.Target.Kind == TargetKind.Immediate)
            return new RestoreChoice(named ?? sets.LastOrDefault(s => !s.Error) ?? throw Damaged(sets[^1]), null, "", sets);
        var restore = facts.Node!.Restore;
        // A stanza that was upgraded still holds sets of the version before, and their timelines have the same numbers.
        var archiveId = (named ?? sets[^1]).ArchiveId;
        var whole = sets.Where(s => !s.Error && s.NamesWal && s.ArchiveId == archiveId).ToList();
        if (whole.Count == 0 || (named is not null && !whole.Contains(named)))
            throw RunbookException.Refused(
                $"{(named is null ? "no backup set" : $"backup set {named.Label}")} names WAL to continue from: it was taken of a stopped server",
                $"./build.sh Restore {(named is null ? "--recovery-target immediate" : $"--backup-set {named.Label}")}, which ends with the set");
        var begun = RestoreCourses.Of(request, restore, request.Timeline) == RestoreCourse.New ? null : restore;
        var word = request.Timeline.Length == 0 && begun is not null ? begun.Timeline : request.Timeline;
        var way = TimelineChoice.Choose(word, archive?.History ?? [], whole, named, facts.Node.Timeline);
        var usable = way is null ? whole : whole.Where(way.Holds).ToList();
        var fitting = usable.Where(s => TargetWindow.IsBefore(s, request.Target)).ToList();
        var set = named ?? fitting.Find(s => s.Label == begun?.Set) ?? fitting.LastOrDefault();
        if (set is null || !TargetWindow.IsBefore(set, request.Target))
            throw TargetWindow.BeforeFirst(request, set, usable, zone);
        way ??= TimelinePath.To(set.Timeline, archive?.History ?? []);
        return new RestoreChoice(set, way, word == TimelineChoice.Current ? word : $"{way.Timeline}", usable);
    }

    // The set that was named; null when the newest that fits is meant.
    private static BackupSet? Named(IReadOnlyCollection<BackupSet> sets, RestoreRequest request)
    {
        if (request.BackupSet is "" or RestoreRequest.Newest)
            return null;
        var set = sets.FirstOrDefault(s => s.Label == request.BackupSet)
            ?? throw RunbookException.Refused(
                $"backup set {request.BackupSet} does not exist; there are {string.Join(", ", sets.TakeLast(5).Reverse().Select(s => s.Label))}"
                + (sets.Count > 5 ? $" and {sets.Count - 5} older" : ""),
                "./build.sh Backups");
        return set.Error ? throw Damaged(set) : set;
    }

    private static RunbookException Damaged(BackupSet set) => RunbookException.Refused(
        $"backup set {set.Label} holds damaged pages, pgBackRest found them while it was taken", "./build.sh Backups, and choose another set");
}

using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;

namespace Runbook.Backups;

/// <summary>Decides what may be expired. Pure.</summary>
public static class ExpirePlanner
{
    /// <summary>The repositories to ask what would go; refuses where nothing may.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">As observed.</param>
    /// <param name="repository">Number of the one that is meant; 0 for all.</param>
    /// <param name="label">A set that is to go; empty where the configured retention decides.</param>
    /// <exception cref="RunbookException">A guard said no.</exception>
    public static IReadOnlyList<int> Look(ClusterSettings settings, ClusterFacts facts, int repository, string label)
    {
        var statuses = RepositoryChoice.Of(settings, facts, repository);
        if (facts.Node!.Restore is { } restore)
            throw RunbookException.Refused(
                restore.Unfinished ? $"{RestoreWords.Doing(restore)}: it may need what would be removed" : $"restore {restore.Id} of {RestoreWords.Source(restore)} is not finished (phase {restore.Phase}): it may need what would be removed",
                RestoreWords.Due(restore));
        if (statuses.FirstOrDefault(s => s.IsUnreadable || s.IsMissing) is { } silent)
            throw RunbookException.Refused($"repository {silent.Number} cannot be read: {silent.Message}", silent.IsMissing ? "./build.sh Deploy" : "./build.sh Status");
        var info = facts.Node.Repository!;
        if (info.BackupRunning)
            throw RunbookException.Refused("a backup is running, and may build on what would be removed", "wait for it to end: ./build.sh Status");
        if (label.Length == 0)
            return [.. statuses.Select(s => s.Number)];
        var holding = statuses.Where(s => info.SetsOf(s.Number).Any(b => b.Label == label)).Select(s => s.Number).ToList();
        if (holding.Count == 0)
            throw RunbookException.Refused(
                $"backup set {label} does not exist{(repository > 0 ? $" in repository {repository}" : "")}; there are {string.Join(", ", info.Sets.Where(s => statuses.Any(r => r.Number == s.Repository)).TakeLast(5).Reverse().Select(s => s.Label).DefaultIfEmpty("none"))}",
                "./build.sh Backups");
        foreach (var number in holding)
            GuardLastFull(settings, [.. info.SetsOf(number)], [.. info.SetsOf(number).Where(s => s.Label != label && !s.References.Contains(label))], number);
        return holding;
    }

    /// <summary>What goes and what stays, by what pgBackRest said.</summary>
    /// <exception cref="RunbookException">The last full backup of a repository would go.</exception>
    public static ExpirePlan Make(ClusterSettings settings, ClusterFacts facts, string label, IReadOnlyDictionary<int, ExpirePreview> previews)
    {
        var plan = new ExpirePlan([.. previews.OrderBy(p => p.Key).Select(p => Of(settings, facts.Node!.Repository!, label, p.Key, p.Value))]);
        foreach (var repository in plan.Repositories)
            GuardLastFull(settings, [.. repository.Going, .. repository.Staying], repository.Staying, repository.Number);
        return plan;
    }

    private static RepositoryExpiry Of(ClusterSettings settings, RepositoryInfo info, string label, int number, ExpirePreview preview)
    {
        var sets = info.SetsOf(number).ToImmutableArray();
        var staying = sets.Where(s => !preview.Sets.Contains(s.Label)).ToImmutableArray();
        var retention = settings.Pgbackrest.Repositories.ElementAtOrDefault(number - 1)?.Retention ?? new RetentionSettings();
        return new RepositoryExpiry(
            number, label, preview, [.. sets.Where(s => preview.Sets.Contains(s.Label))], [.. preview.Sets.Except(sets.Select(s => s.Label))], staying,
            RestoreWindow.Of(sets, retention), RestoreWindow.Of(staying, retention));
    }

    // Without a full backup of the cluster as it is now nothing can be restored any more, and the next backup has nothing to build on.
    // One with damaged pages is refused by Restore.
    private static void GuardLastFull(ClusterSettings settings, IReadOnlyList<BackupSet> sets, IReadOnlyList<BackupSet> staying, int number)
    {
        bool IsGood(BackupSet set) => set.Type == BackupType.Full && !set.Error && set.ArchiveId == sets[^1].ArchiveId;
        var fulls = sets.Where(IsGood).ToList();
        if (fulls.Count == 0 || staying.Any(IsGood))
            return;
        var several = settings.Pgbackrest.Repositories.Count > 1;
        throw RunbookException.Refused(
            $"{fulls[^1].Label} is the last full backup{(sets.Any(s => s.Type == BackupType.Full && s.Error) ? " without damaged pages" : "")}{(several ? $" of repository {number}" : "")}: nothing could be restored without it",
            $"./build.sh Backup --backup-type full{(several ? $" --repository {number}" : "")}, then the same command");
    }
}

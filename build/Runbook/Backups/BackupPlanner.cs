using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;

namespace Runbook.Backups;

/// <summary>Decides whether a backup can be taken now. Pure.</summary>
public static class BackupPlanner
{
    /// <summary>The one step of a backup.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">As observed.</param>
    /// <param name="type">Of the backup.</param>
    /// <param name="repository">Number of the repository that gets it; 0 for each of them.</param>
    /// <exception cref="RunbookException">A guard said no.</exception>
    public static ProcedurePlan Make(ClusterSettings settings, ClusterFacts facts, BackupType type, int repository = 0)
    {
        if (!settings.HasBackups)
            throw RunbookException.Refused("no repository is configured: there is nowhere to back up to", "set pgbackrest.repositories, then run Deploy");
        RepositoryChoice.Guard(settings, repository);
        if (facts.State != ClusterState.Running)
            throw RunbookException.Refused(
                $"the cluster is {facts.State.ToString().ToLowerInvariant()}: a backup needs the running server",
                facts.Node?.Restore is { } under ? RestoreWords.Due(under) : "./build.sh Deploy");
        if (facts.Node?.Restore is { Unfinished: true } online)
            throw RunbookException.Refused($"{RestoreWords.Doing(online)}: no backup before it has ended", RestoreWords.RestoreAgain(online));
        var node = facts.Node!;
        if (node.Repository is null || node.Repository.IsMissing)
            throw RunbookException.Refused(
                node.RepositoryError.Length > 0 ? $"the repository does not answer: {node.RepositoryError}" : $"stanza {settings.Pgbackrest.Stanza} does not exist",
                "./build.sh Deploy");
        if (node.Repository.BackupRunning)
            throw RunbookException.Refused("a backup is running already", "wait for it to end: ./build.sh Status");
        var sets = node.Repository.Sets.Where(s => repository == 0 || s.Repository == repository).ToList();
        List<string> notes = sets.LastOrDefault() is { } last ? [$"the last set is {last.Label}, finished {Words.At(last.FinishedAt)}"] : [];
        if (type != BackupType.Full && !sets.Exists(s => s.Type == BackupType.Full))
            notes.Add($"there is no full backup to build on: the {ClusterWords.Of(type)} one becomes a full one");
        return new ProcedurePlan("Backup", [new TakeBackup(type, repository)], notes);
    }
}

using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Steps;

/// <summary>The backup that follows a restore. The cluster is the same and on a new timeline: pgBackRest (2.45 was tried) then compares
/// the checksum of each file with the newest set, so an incremental backup is valid, also where that set is of the timeline that
/// was left. Pure.</summary>
public static class AfterRestore
{
    /// <summary>The backup; none without a repository. Where there is no full one to build on, pgBackRest takes a full one.</summary>
    public static IEnumerable<Step> Backup(ClusterSettings settings, ClusterFacts facts) =>
        settings.HasBackups ? [new TakeBackup(Type(facts.Node?.Repository), OneIsEnough: true)] : [];

    /// <summary>The backup that a run which was killed behind the end of its restore has left out; none when there is nothing to make up for.</summary>
    public static IEnumerable<Step> Left(ClusterSettings settings, ClusterFacts facts) =>
        facts is { ServerAnswers: true, Node: { Restore: null, Recovering: false, Timeline: > 1, Repository: { IsMissing: false, BackupRunning: false } repository } node }
        && repository.Sets.All(s => s.Timeline != node.Timeline)
            ? Backup(settings, facts)
            : [];

    /// <summary>What the operator is told of it.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">What was observed.</param>
    /// <param name="began">Whether recovery began with this set, or could have.</param>
    public static IEnumerable<string> Notes(ClusterSettings settings, ClusterFacts facts, Func<BackupSet, bool> began)
    {
        if (!settings.HasBackups)
            yield break;
        var repository = facts.Node?.Repository;
        var type = ClusterWords.Of(Type(repository));
        var from = repository?.Sets.LastOrDefault(s => s is { NamesWal: true, Error: false } && began(s));
        yield return $"it is on a new timeline: {(type == "full" ? "a" : "an")} {type} backup follows once the schedules have been started";
        yield return from is null
            ? "window: no time from now on can be restored until that backup has ended, as no set from before leads there"
            : $"window: without a gap; until that backup has ended, a restore to a time from now on begins with set {from.Label}";
    }

    /// <summary>The same for the restore on the volume, which began with its set, or, of a kept directory, with one from before it was set aside.</summary>
    public static IEnumerable<string> Notes(ClusterSettings settings, ClusterFacts facts, RestoreState restore)
    {
        var kept = facts.Node?.Kept.FirstOrDefault(k => k.Id == restore.Source)?.KeptAt;
        return Notes(settings, facts, s => restore.FromKept ? kept is null || s.FinishedAt < kept : s.Label == restore.Set);
    }

    // A set with damaged pages is nothing to build on.
    private static BackupType Type(RepositoryInfo? repository) =>
        repository?.Sets.GroupBy(s => s.Repository).Any(r => r.Last().Error) == true ? BackupType.Full : BackupType.Incr;
}

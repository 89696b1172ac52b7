using Runbook.Cluster;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>What follows once a restore has done its part: until the cluster serves, is backed up and protected again.</summary>
public static class Afterwards
{
    /// <summary>The steps behind the restore job: switch over, or start; the schedules, the end, a backup.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="changes">Jobs of the configuration; those that the steps before submit themselves do not come again.</param>
    /// <param name="id">Of the restore.</param>
    /// <param name="strategy">Online ends with a switch, the others with a start.</param>
    /// <param name="before">The steps that come before: what they stop must be started again.</param>
    /// <param name="facts">What was observed before them.</param>
    public static IEnumerable<Step> Of(
        ClusterSettings settings, IEnumerable<JobChange> changes, string id, RestoreStrategy strategy, IReadOnlyCollection<Step> before, ClusterFacts facts) =>
        strategy == RestoreStrategy.Online
            // The server's job stays as it is: submitting it would take the server down a second time.
            ? [new SwitchOver(id), .. Started(settings, changes.Where(c => c.Job.Role != JobRole.Postgres), id, before, facts, switched: true)]
            : Started(settings, changes, id, before, facts);

    /// <summary>The steps from files in place to a cluster that serves and is protected.</summary>
    public static IEnumerable<Step> Started(
        ClusterSettings settings, IEnumerable<JobChange> changes, string id, IReadOnlyCollection<Step> before, ClusterFacts facts, bool switched = false)
    {
        var all = changes.ToList();
        // A volume that is new, or that an earlier runbook has filled: nobody but the superuser would get in.
        List<Step> apply = !switched && facts.Node is { ConfPresent: false } ? [new ApplySettings()] : [];
        return
        [
            .. switched ? Due(all, schedules: false, before) : Start(settings, facts, all, before),
            new AwaitServer(settings.Postgres.StartTimeout),
            .. apply,
            .. Due(all, schedules: true, before),
            new FinishRestore(id),
            // Last, as it can take hours: nothing waits for it, and a run that is killed in it is made up for.
            .. AfterRestore.Backup(settings, facts),
        ];
    }

    /// <summary>The steps back to a cluster that serves what it served before.</summary>
    public static IEnumerable<Step> Unchanged(
        ClusterSettings settings, ClusterFacts facts, IEnumerable<JobChange> changes, IReadOnlyCollection<Step> before)
    {
        // A server that serves is left alone, also when its configuration has changed.
        var all = changes.Where(c => c.Job.Role != JobRole.Postgres || !facts.ServerWanted || Stopped(before).Contains(c.Job.Id)).ToList();
        return [.. Start(settings, facts, all, before), new AwaitServer(settings.Postgres.StartTimeout), .. Due(all, schedules: true, before)];
    }

    private static IEnumerable<Step> Start(ClusterSettings settings, ClusterFacts facts, List<JobChange> changes, IReadOnlyCollection<Step> before) =>
        FilesFirst.Before(settings, facts, changes, [.. Due(changes, schedules: false, before)]);

    /// <summary>The jobs that differ from what is configured, or are stopped, or will have been by then.</summary>
    public static IEnumerable<Step> Due(IEnumerable<JobChange> changes, bool schedules, IReadOnlyCollection<Step> before)
    {
        var stopped = Stopped(before);
        var submitted = before.OfType<SubmitJob>().Select(s => s.Job.Id).ToHashSet();
        return changes.Where(c => c.Job.Role.IsSchedule() == schedules && !submitted.Contains(c.Job.Id))
            .Where(c => c.Effect.Changed || stopped.Contains(c.Job.Id))
            .Select(Step (c) => stopped.Contains(c.Job.Id) ? new ResubmitJob(c.Job) : new SubmitJob(c.Job, c.Effect.ModifyIndex));
    }

    private static HashSet<string> Stopped(IEnumerable<Step> before) => [.. before.OfType<StopJobs>().SelectMany(s => s.JobIds)];
}

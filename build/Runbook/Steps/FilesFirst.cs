using Runbook.Cluster;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>
/// What a server that does not run needs before it is started: a setting that keeps it from starting cannot be corrected through it. Pure.
/// </summary>
public static class FilesFirst
{
    /// <summary>The settings and pg_hba.conf on the data volume are not those of the configuration, and no server is there to take them over.</summary>
    public static bool IsDue(ClusterFacts facts, IEnumerable<JobChange> changes) =>
        facts is { ServerAnswers: false, Node: { DataPresent: true, ConfSum.Length: > 0 } node }
        && changes.Any(c => c.Job.Role == JobRole.PostgresInit && c.Job.Delivers.Length > 0 && c.Job.Delivers != node.ConfSum);

    /// <summary>The same steps, with the delivery before the server's job is submitted. A server's task that fails again and again is
    /// stopped before: Nomad would start it only after a while.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">What was observed.</param>
    /// <param name="changes">All jobs of the configuration.</param>
    /// <param name="steps">Of them the server's job comes last, where it is there.</param>
    public static IEnumerable<Step> Before(ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes, IReadOnlyList<Step> steps)
    {
        if (!IsDue(facts, changes))
            return steps;
        var server = steps.Where(s => s is SubmitJob { Job.Role: JobRole.Postgres } or ResubmitJob { Job.Role: JobRole.Postgres }).ToList();
        var others = steps.Except(server);
        // One that is submitted again was stopped by an earlier step.
        return facts is { ServerWanted: true, Node.DataHeld: false } && !server.Any(s => s is ResubmitJob) && changes.FirstOrDefault(c => c.Job.Role == JobRole.Postgres) is { } own
            ? [.. others, new StopJobs([settings.Postgres.JobName], Purge: false, "the server's job, which does not come up"), new DeliverFiles(), new ResubmitJob(own.Job)]
            : [.. others, new DeliverFiles(), .. server];
    }
}

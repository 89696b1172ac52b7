using System.Globalization;
using Runbook.Wal;

namespace Runbook.Cluster;

/// <summary>The last run of a schedule, from what the data volume remembers and what Nomad still knows. Pure.</summary>
public static class LastRuns
{
    /// <summary>The last run; null when none is known.</summary>
    /// <param name="facts">What was observed.</param>
    /// <param name="job">Name of the periodic job.</param>
    /// <param name="type">Which backups it takes.</param>
    public static ScheduledRun? Of(ClusterFacts facts, string job, BackupType type)
    {
        var kept = facts.Node?.Runs.GetValueOrDefault(type);
        var newest = facts.ScheduledRuns.Select(r => r.Id).Concat(facts.Allocations.Select(a => a.JobId))
            .Select(id => (Id: id, DueAt: DueAt(id, job))).Where(c => c.DueAt is not null).OrderBy(c => c.DueAt).LastOrDefault();
        // Nomad launched one that has not come so far as to write anything down.
        if (newest.DueAt is { } due && !(kept?.DueAt >= due))
            return new ScheduledRun(due, Of(facts, newest.Id));
        return kept is { EndedAt: null } && !facts.Active(job).Any(a => DueAt(a.JobId, job) == kept.DueAt)
            ? kept with { Result = RunResult.Interrupted }
            : kept;
    }

    private static RunResult Of(ClusterFacts facts, string child) => facts.Allocations.LastOrDefault(a => a.JobId == child) switch
    {
        null => facts.ScheduledRuns.Any(r => r.Id == child && r.Status == "dead") ? RunResult.Interrupted : RunResult.Pending,
        { ClientStatus: "running" } => RunResult.Running,
        { Ended: false } => RunResult.Pending,
        { ClientStatus: "failed" } => RunResult.Failed,
        { Succeeded: true } => RunResult.Done,
        _ => RunResult.Interrupted,
    };

    // Nomad names a child after the moment of its launch.
    private static DateTimeOffset? DueAt(string child, string job) =>
        child.StartsWith($"{job}/periodic-", StringComparison.Ordinal)
            && long.TryParse(child.AsSpan(job.Length + "/periodic-".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}

using Runbook.Config;
using Runbook.Facts;
using Runbook.Render;

namespace Runbook.Plan;

/// <summary>Decides what Revert does: start the restored cluster, and bring back what protects it. Pure.</summary>
public static class RevertPlanner
{
    /// <summary>The steps; none when no restore is under way and the cluster runs.</summary>
    /// <exception cref="RunbookException">There is nothing to start, or the restore is not through.</exception>
    public static ProcedurePlan Make(ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes)
    {
        var restore = facts.Node?.Restore;
        if (restore is null)
        {
            return facts.State == ClusterState.Running
                ? new ProcedurePlan("Revert", [], ["no restore is under way and the cluster is running"])
                : throw RunbookException.Refused($"no restore is under way; the cluster is {facts.State.ToString().ToLowerInvariant()}", "./build.sh Deploy");
        }
        if (restore.Unfinished)
            throw RunbookException.Refused(
                $"restore {restore.Id} is unfinished (phase {restore.Phase}): the server must not start on it",
                Words.RestoreAgain(restore.Set, restore.Target));

        var steps = new List<Step>();
        steps.AddRange(Due(changes, schedules: false));
        steps.Add(new AwaitServer(settings.Postgres.StartTimeout));
        // The restored cluster is on a timeline of its own: a full backup makes it independent of everything before.
        steps.Add(new TakeBackup(BackupType.Full));
        steps.AddRange(Due(changes, schedules: true));
        steps.Add(new FinishRestore(restore.Id));
        return new ProcedurePlan("Revert", steps, [$"restore {restore.Id} of set {restore.Set} is in place"]);
    }

    private static IEnumerable<Step> Due(IEnumerable<JobChange> changes, bool schedules) =>
        changes.Where(c => c.Effect.Changed && (c.Job.Role is JobRole.Full or JobRole.Diff or JobRole.Incr) == schedules)
            .Select(c => new SubmitJob(c.Job, c.Effect.ModifyIndex));
}

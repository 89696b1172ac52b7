using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Restore;

/// <summary>Decides what Revert does: start the restored cluster, and bring back what protects it. Pure.</summary>
public static class RevertPlanner
{
    /// <summary>The steps; when there is no unfinished restore and the cluster runs, the backup alone where it is missing.</summary>
    /// <exception cref="RunbookException">There is nothing to start, or the restore is not through.</exception>
    public static ProcedurePlan Make(ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes)
    {
        if (facts.Node is null && facts.State != ClusterState.Absent)
            throw RunbookException.Refused("the node that holds the data cannot be asked", "./build.sh Deploy starts what is missing");
        var restore = facts.Node?.Restore;
        if (restore is null)
        {
            return facts.State == ClusterState.Running
                ? new ProcedurePlan("Revert", [.. AfterRestore.Left(settings, facts)], ["there is no unfinished restore and the cluster is running"])
                : throw RunbookException.Refused($"there is no unfinished restore; the cluster is {facts.State.ToString().ToLowerInvariant()}", "./build.sh Deploy");
        }
        if (restore.Unfinished)
            throw RunbookException.Refused($"{RestoreWords.Doing(restore)}: {(restore.Paused ? "look at it, then accept it or go back" : "the server must not start on it")}",
                restore.Paused ? "./build.sh Accept, or ./build.sh Undo" : RestoreWords.RestoreAgain(restore));
        return new ProcedurePlan(
            "Revert", [.. Afterwards.Started(settings, HeldSchedules.Without(facts, changes), restore.Id, [], facts)],
            [$"restore {restore.Id} of {RestoreWords.Source(restore)} is in place", .. AfterRestore.Notes(settings, facts, restore), .. HeldSchedules.Notes(facts)]);
    }
}

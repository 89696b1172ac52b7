using Runbook.Cluster;

namespace Runbook.Steps;

/// <summary>The step that goes on with a restore that was begun.</summary>
public static class ResumedRestore
{
    /// <summary>Follows the child that works on it, or runs one where none does.</summary>
    public static Step Step(ClusterFacts facts, RestoreState restore, bool accepted) =>
        facts.Active(facts.RestoreJob).LastOrDefault() is { } running
            ? new FollowRestore(ResumedOrder.Of(restore), running.JobId, accepted)
            : new RunRestore(ResumedOrder.Of(restore), accepted);
}

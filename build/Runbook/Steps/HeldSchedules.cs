using Runbook.Cluster;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>While the schedules are paused nothing brings them back but ResumeSchedules. Pure.</summary>
public static class HeldSchedules
{
    /// <summary>The jobs that may be submitted.</summary>
    public static IReadOnlyList<JobChange> Without(ClusterFacts facts, IReadOnlyList<JobChange> changes) =>
        facts.Node?.Paused is null ? changes : [.. changes.Where(c => !c.Job.Role.IsBackup())];

    /// <summary>What the operator is told about it.</summary>
    public static IEnumerable<string> Notes(ClusterFacts facts) =>
        facts.Node?.Paused is { } pause ? [$"the schedules stay paused ({ClusterWords.Of(pause)}); ./build.sh ResumeSchedules resumes them"] : [];
}

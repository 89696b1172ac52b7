namespace LocalNomad.Model;

internal sealed record Evaluation
{
    public required string ID { get; init; }
    public required string JobID { get; init; }
    public required string Type { get; init; }
    public required string TriggeredBy { get; init; }
    public string Namespace { get; init; } = "default";
    public int Priority { get; init; } = 50;
    public string Status { get; init; } = EvalStatuses.Pending;
    public string StatusDescription { get; init; } = "";
    public string DeploymentID { get; init; } = "";
    public string BlockedEval { get; init; } = "";
    public string PreviousEval { get; init; } = "";
    public string NextEval { get; init; } = "";
    public IReadOnlyDictionary<string, PlacementMetrics>? FailedTGAllocs { get; init; }
    public IReadOnlyDictionary<string, int>? QueuedAllocations { get; init; }
    public DateTime? WaitUntil { get; init; }
    public long JobModifyIndex { get; init; }
    public long CreateIndex { get; init; }
    public long ModifyIndex { get; init; }
    public long SnapshotIndex { get; init; }
    public long CreateTime { get; init; }
    public long ModifyTime { get; init; }
    public bool AnnotatePlan { get; init; }
    public string NodeID { get; init; } = "";
    public long NodeModifyIndex { get; init; }
    public long Wait { get; init; }
}

internal static class EvalStatuses
{
    public const string Pending = "pending";
    public const string Blocked = "blocked";
    public const string Complete = "complete";
    public const string Canceled = "canceled";
}

/// <summary>Why a group found no place, in the words of the scheduler.</summary>
internal sealed record PlacementMetrics
{
    public int NodesEvaluated { get; init; }
    public int NodesFiltered { get; init; }
    public int NodesExhausted { get; init; }
    public int CoalescedFailures { get; init; }
    public IReadOnlyDictionary<string, int>? NodesAvailable { get; init; }
    public IReadOnlyDictionary<string, int>? ConstraintFiltered { get; init; }
    public IReadOnlyDictionary<string, int>? DimensionExhausted { get; init; }
}

internal sealed record Deployment
{
    public required string ID { get; init; }
    public required string JobID { get; init; }
    public string Namespace { get; init; } = "default";
    public long JobVersion { get; init; }
    public long JobModifyIndex { get; init; }
    public string Status { get; init; } = DeploymentStatuses.Running;
    public string StatusDescription { get; init; } = "Deployment is running";
    public required IReadOnlyDictionary<string, DeploymentGroup> TaskGroups { get; init; }
    public long CreateIndex { get; init; }
    public long ModifyIndex { get; init; }
}

internal static class DeploymentStatuses
{
    public const string Running = "running";
    public const string Successful = "successful";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";
}

internal sealed record DeploymentGroup
{
    public int DesiredTotal { get; init; }
    public int PlacedAllocs { get; init; }
    public int HealthyAllocs { get; init; }
    public int UnhealthyAllocs { get; init; }
    public long ProgressDeadline { get; init; }
    public DateTime RequireProgressBy { get; init; }
}

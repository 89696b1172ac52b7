using System.Text.Json.Serialization;

namespace LocalNomad.Model;

/// <summary>One run of a job's group. The job it was made from is kept apart, it never changes while this does.</summary>
internal sealed record Allocation
{
    public required string ID { get; init; }
    public required string EvalID { get; init; }
    public required string Name { get; init; }
    public string Namespace { get; init; } = "default";
    public required string NodeID { get; init; }
    public required string NodeName { get; init; }
    public required string JobID { get; init; }
    public required string JobType { get; init; }
    public long JobVersion { get; init; }
    public required string TaskGroup { get; init; }
    public string DesiredStatus { get; init; } = DesiredStatuses.Run;
    public string DesiredDescription { get; init; } = "";
    public string ClientStatus { get; init; } = ClientStatuses.Pending;
    public string ClientDescription { get; init; } = "";
    public IReadOnlyDictionary<string, TaskState>? TaskStates { get; init; }
    public string DeploymentID { get; init; } = "";
    public AllocationHealth? DeploymentStatus { get; init; }
    public string FollowupEvalID { get; init; } = "";
    public string PreviousAllocation { get; init; } = "";
    public string NextAllocation { get; init; } = "";
    public RescheduleTracker? RescheduleTracker { get; init; }
    public long CreateIndex { get; init; }
    public long ModifyIndex { get; init; }
    public long AllocModifyIndex { get; init; }
    public long CreateTime { get; init; }
    public long ModifyTime { get; init; }

    /// <summary>Ports the node gave to this allocation, by label.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = new Dictionary<string, int>();

    /// <summary>Whether the client has nothing left to do for it.</summary>
    [JsonIgnore]
    public bool ClientTerminal => ClientStatus is ClientStatuses.Complete or ClientStatuses.Failed or ClientStatuses.Lost;

    /// <summary>Whether the server counts it no more. Its tasks may still run: they were only told to stop.</summary>
    [JsonIgnore]
    public bool Terminal => DesiredStatus != DesiredStatuses.Run || ClientTerminal;
}

internal static class DesiredStatuses
{
    public const string Run = "run";
    public const string Stop = "stop";
}

internal static class ClientStatuses
{
    public const string Pending = "pending";
    public const string Running = "running";
    public const string Complete = "complete";
    public const string Failed = "failed";
    public const string Lost = "lost";
}

internal sealed record AllocationHealth(bool Healthy, DateTime Timestamp, long ModifyIndex, bool Canary = false);

internal sealed record RescheduleTracker(IReadOnlyList<RescheduleEvent> Events);

internal sealed record RescheduleEvent(long Delay, string PrevAllocID, string PrevNodeID, long RescheduleTime);

internal sealed record TaskState
{
    public string State { get; init; } = TaskStates.Pending;
    public bool Failed { get; init; }
    public int Restarts { get; init; }
    public DateTime? LastRestart { get; init; }
    public DateTime? StartedAt { get; init; }
    public DateTime? FinishedAt { get; init; }
    public IReadOnlyList<TaskEvent> Events { get; init; } = [];

    /// <summary>Counts the starts of the task: names the folder in which the current run's supervisor keeps its notes.</summary>
    public int Runs { get; init; }
}

internal static class TaskStates
{
    public const string Pending = "pending";
    public const string Running = "running";
    public const string Dead = "dead";
}

using System.Text.Json.Nodes;

namespace LocalNomad.Model;

// Names and shapes in this folder are those of Nomad's HTTP API: durations are nanoseconds, times of the
// server are nanoseconds since 1970, absent lists and maps are null.

internal sealed record Job
{
    public required string ID { get; init; }
    public required string Name { get; init; }
    public string Type { get; init; } = JobTypes.Service;
    public string Region { get; init; } = "global";
    public string Namespace { get; init; } = "default";
    public int Priority { get; init; } = 50;
    public bool AllAtOnce { get; init; }
    public IReadOnlyList<string>? Datacenters { get; init; }
    public IReadOnlyList<Constraint>? Constraints { get; init; }
    public IReadOnlyDictionary<string, string>? Meta { get; init; }
    public UpdateStrategy? Update { get; init; }
    public PeriodicConfig? Periodic { get; init; }
    public ParameterizedConfig? ParameterizedJob { get; init; }
    public IReadOnlyList<TaskGroup> TaskGroups { get; init; } = [];
    public string? Payload { get; init; }
    public string ParentID { get; init; } = "";
    public bool Dispatched { get; init; }
    public bool Stop { get; init; }
    public bool Stable { get; init; }
    public string Status { get; init; } = JobStatuses.Pending;
    public string StatusDescription { get; init; } = "";
    public long Version { get; init; }
    public long SubmitTime { get; init; }
    public long CreateIndex { get; init; }
    public long ModifyIndex { get; init; }
    public long JobModifyIndex { get; init; }

    public JsonArray? Affinities { get; init; }
    public JsonArray? Spreads { get; init; }
    public JsonObject? Migrate { get; init; }
    public JsonObject? Multiregion { get; init; }
    public JsonObject? Reschedule { get; init; }
    public string ConsulNamespace { get; init; } = "";
    public string ConsulToken { get; init; } = "";
    public string NomadTokenID { get; init; } = "";
    public string VaultNamespace { get; init; } = "";
    public string VaultToken { get; init; } = "";

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsPeriodic => Periodic is not null;

    /// <summary>Whether this is a template to dispatch from, rather than one of its dispatched children.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsParameterized => ParameterizedJob is not null && !Dispatched;
}

internal static class JobTypes
{
    public const string Service = "service";
    public const string Batch = "batch";
}

internal static class JobStatuses
{
    public const string Pending = "pending";
    public const string Running = "running";
    public const string Dead = "dead";
}

internal sealed record Constraint(string LTarget, string Operand, string RTarget);

internal sealed record PeriodicConfig
{
    public bool Enabled { get; init; } = true;
    public string Spec { get; init; } = "";
    public string SpecType { get; init; } = "cron";
    public bool ProhibitOverlap { get; init; }
    public string TimeZone { get; init; } = "UTC";
}

internal sealed record ParameterizedConfig
{
    public string Payload { get; init; } = "optional";
    public IReadOnlyList<string>? MetaRequired { get; init; }
    public IReadOnlyList<string>? MetaOptional { get; init; }
}

internal sealed record UpdateStrategy
{
    public bool AutoPromote { get; init; }
    public bool AutoRevert { get; init; }
    public int Canary { get; init; }
    public string HealthCheck { get; init; } = "checks";
    public long HealthyDeadline { get; init; } = Duration.Minute * 5;
    public int MaxParallel { get; init; } = 1;
    public long MinHealthyTime { get; init; } = Duration.Second * 10;
    public long ProgressDeadline { get; init; } = Duration.Minute * 10;
    public long Stagger { get; init; } = Duration.Second * 30;
}

using System.Text.Json.Nodes;

namespace LocalNomad.Model;

internal sealed record TaskGroup
{
    public required string Name { get; init; }
    public int Count { get; init; } = 1;
    public IReadOnlyList<Constraint>? Constraints { get; init; }
    public IReadOnlyDictionary<string, string>? Meta { get; init; }
    public RestartPolicy RestartPolicy { get; init; } = new();
    public ReschedulePolicy ReschedulePolicy { get; init; } = new();
    public UpdateStrategy? Update { get; init; }
    public EphemeralDisk EphemeralDisk { get; init; } = new();
    public IReadOnlyList<NetworkResource>? Networks { get; init; }
    public IReadOnlyList<TaskDefinition> Tasks { get; init; } = [];

    public JsonArray? Affinities { get; init; }
    public JsonObject? Consul { get; init; }
    public JsonObject? Migrate { get; init; }
    public JsonObject? Scaling { get; init; }
    public JsonArray? Services { get; init; }
    public long? ShutdownDelay { get; init; }
    public JsonArray? Spreads { get; init; }
    public long? StopAfterClientDisconnect { get; init; }
    public JsonObject? Volumes { get; init; }
    public DisconnectStrategy? Disconnect { get; init; }
    public long? MaxClientDisconnect { get; init; }
}

internal sealed record DisconnectStrategy(long? LostAfter, long? StopOnClientAfter, bool Replace, string Reconcile);

internal sealed record RestartPolicy
{
    public int Attempts { get; init; } = 2;
    public long Interval { get; init; } = Duration.Minute * 30;
    public long Delay { get; init; } = Duration.Second * 15;
    public string Mode { get; init; } = RestartModes.Fail;
}

internal static class RestartModes
{
    public const string Fail = "fail";
    public const string Delay = "delay";
}

internal sealed record ReschedulePolicy
{
    public int Attempts { get; init; }
    public long Interval { get; init; }
    public long Delay { get; init; } = Duration.Second * 30;
    public string DelayFunction { get; init; } = "exponential";
    public long MaxDelay { get; init; } = Duration.Hour;
    public bool Unlimited { get; init; }
}

internal sealed record EphemeralDisk(bool Migrate = false, int SizeMB = 300, bool Sticky = false);

internal sealed record NetworkResource
{
    public string CIDR { get; init; } = "";
    public JsonObject? DNS { get; init; }
    public string Device { get; init; } = "";
    public IReadOnlyList<PortLabel>? DynamicPorts { get; init; }
    public IReadOnlyList<PortLabel>? ReservedPorts { get; init; }
    public string IP { get; init; } = "";
    public int MBits { get; init; }
    public string Mode { get; init; } = "";
}

internal sealed record PortLabel(string Label, int Value, int To = 0, string HostNetwork = "default");

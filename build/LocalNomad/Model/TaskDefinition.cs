using System.Text.Json.Nodes;

namespace LocalNomad.Model;

internal sealed record TaskDefinition
{
    public required string Name { get; init; }
    public string Driver { get; init; } = "";
    public string User { get; init; } = "";
    public JsonObject? Config { get; init; }
    public IReadOnlyDictionary<string, string>? Env { get; init; }
    public IReadOnlyDictionary<string, string>? Meta { get; init; }
    public IReadOnlyList<Constraint>? Constraints { get; init; }
    public Lifecycle? Lifecycle { get; init; }
    public bool Leader { get; init; }
    public string KillSignal { get; init; } = "";
    public long KillTimeout { get; init; } = Duration.Second * 5;
    public LogConfig LogConfig { get; init; } = new();
    public TaskResources Resources { get; init; } = new();
    public RestartPolicy RestartPolicy { get; init; } = new();
    public IReadOnlyList<TaskTemplate>? Templates { get; init; }

    public JsonArray? Affinities { get; init; }
    public JsonArray? Artifacts { get; init; }
    public JsonObject? DispatchPayload { get; init; }
    public string Kind { get; init; } = "";
    public JsonArray? ScalingPolicies { get; init; }
    public JsonArray? Services { get; init; }
    public long ShutdownDelay { get; init; }
    public JsonObject? Vault { get; init; }
    public JsonArray? VolumeMounts { get; init; }
}

internal sealed record Lifecycle(string Hook, bool Sidecar = false);

internal static class Hooks
{
    public const string Prestart = "prestart";
    public const string Poststart = "poststart";
    public const string Poststop = "poststop";
}

internal sealed record LogConfig(int MaxFiles = 10, int MaxFileSizeMB = 10);

internal sealed record TaskResources
{
    public int CPU { get; init; } = 100;
    public int Cores { get; init; }
    public int MemoryMB { get; init; } = 300;
    public int MemoryMaxMB { get; init; }
    public int DiskMB { get; init; }
    public int IOPS { get; init; }
    public JsonArray? Devices { get; init; }
    public JsonArray? Networks { get; init; }
}

internal sealed record TaskTemplate
{
    public string SourcePath { get; init; } = "";
    public string DestPath { get; init; } = "";
    public string EmbeddedTmpl { get; init; } = "";
    public string ChangeMode { get; init; } = "restart";
    public string ChangeSignal { get; init; } = "";
    public long Splay { get; init; } = Duration.Second * 5;
    public string Perms { get; init; } = "0644";
    public string LeftDelim { get; init; } = "{{";
    public string RightDelim { get; init; } = "}}";
    public bool Envvars { get; init; }
    public long VaultGrace { get; init; }
}

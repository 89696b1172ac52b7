namespace Runbook.Cluster;

/// <summary>What the operator asked of Restore.</summary>
/// <param name="BackupSet">A label; <c>latest</c> or empty for the newest set that fits the target.</param>
/// <param name="Target">Where recovery ends.</param>
public sealed record RestoreRequest(string BackupSet, RecoveryTarget Target)
{
    /// <summary>The word for the newest set that fits.</summary>
    public const string Newest = "latest";

    /// <summary>The timeline to follow, in decimal, or <c>current</c> or <c>latest</c>; empty for the cluster's own.</summary>
    public string Timeline { get; init; } = "";

    /// <summary>What happens to the live directory meanwhile.</summary>
    public RestoreStrategy Strategy { get; init; }

    /// <summary>Stops at the target, read-only, until Accept.</summary>
    public bool Pause { get; init; }
}

/// <summary>A restore with everything decided.</summary>
public sealed record RestoreOrder
{
    /// <summary>The source of a restore that copies from the repository.</summary>
    public const string Repository = "repository";

    /// <summary>Unique for ever; one that has run is never run twice.</summary>
    public required string Id { get; init; }

    /// <summary><see cref="Repository"/>, or the id of the kept directory that is put back.</summary>
    public string Source { get; init; } = Repository;

    /// <summary>Label of the set; for a kept directory its id.</summary>
    public required string Set { get; init; }

    /// <summary>Where recovery ends.</summary>
    public required RecoveryTarget Target { get; init; }

    /// <summary>The timeline to follow, in decimal, or <c>current</c>; empty where the set's own end is the target.</summary>
    public string Timeline { get; init; } = "";

    /// <summary>What happens to the live directory meanwhile.</summary>
    public RestoreStrategy Strategy { get; init; }

    /// <summary>Stops at the target, read-only, until Accept.</summary>
    public bool Pause { get; init; }

    /// <summary>WAL position that recovery to <see cref="TargetKind.Latest"/> must reach at least; empty when unknown.</summary>
    public string Expect { get; init; } = "";
}

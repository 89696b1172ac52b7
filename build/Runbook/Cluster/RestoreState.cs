using Runbook.Node;

namespace Runbook.Cluster;

/// <summary>What a restore does with the live data directory.</summary>
public enum RestoreStrategy
{
    /// <summary>The server is stopped; the copy grows beside its directory and is swapped in.</summary>
    Beside,

    /// <summary>The server serves until the copy has been recovered beside it.</summary>
    Online,

    /// <summary>The live directory itself is made into the copy: needs no room, and cannot be undone.</summary>
    InPlace,
}

/// <summary>A restore that has begun and is not finished; kept on the data volume, so every operator sees the same.</summary>
/// <param name="Id">Its id, unique for ever.</param>
/// <param name="Set">Label of the set; for Undo the id of the kept directory.</param>
/// <param name="Target">Kind of the point at which recovery ends, in a word.</param>
/// <param name="Phase">archiving, copying, recovering, paused, ready, switching, swapping, restored or started.</param>
public sealed record RestoreState(string Id, string Set, string Target, string Phase)
{
    /// <summary>The source of a restore that copies from the repository.</summary>
    public const string Repository = "repository";

    /// <summary><see cref="Repository"/>, or the id of the kept directory that is put back.</summary>
    public string Source { get; init; } = Repository;

    /// <summary>The point, as PostgreSQL takes it.</summary>
    public string Value { get; init; } = "";

    /// <summary>Recovery stops before the point.</summary>
    public bool Exclusive { get; init; }

    /// <summary>The timeline that it follows.</summary>
    public string Timeline { get; init; } = "";

    /// <summary>What happens to the live directory meanwhile.</summary>
    public RestoreStrategy Strategy { get; init; }

    /// <summary>It stops at the target until Accept.</summary>
    public bool Pause { get; init; }

    /// <summary>Accept was said.</summary>
    public bool Accepted { get; init; }

    /// <summary>WAL position that recovery of <c>latest</c> must reach; empty when unknown.</summary>
    public string Expect { get; init; } = "";

    /// <summary>Who asked for it.</summary>
    public string Operator { get; init; } = "";

    /// <summary>When, ISO 8601 in UTC.</summary>
    public string StartedAt { get; init; } = "";

    /// <summary>Size of the copy so far in bytes; 0 after the swap.</summary>
    public long BytesCopied { get; init; }

    /// <summary>WAL segments that could not be archived any more and stay with the kept directory.</summary>
    public int Unarchived { get; init; }

    /// <summary>WAL position at which recovery stood; empty before.</summary>
    public string ReachedLsn { get; init; } = "";

    /// <summary>Time of the last commit that is in it, as PostgreSQL prints it; empty when there is none.</summary>
    public string ReachedTime { get; init; } = "";

    /// <summary>The timeline that it made; empty before.</summary>
    public string ReachedTimeline { get; init; } = "";

    /// <summary>It puts a kept directory back: Undo began it, not Restore.</summary>
    public bool FromKept => Source != Repository;

    /// <summary>It stands read-only at its target and waits for Accept.</summary>
    public bool Paused => Phase == "paused";

    /// <summary>The files are not all in place yet: only an online restore leaves a server serving meanwhile.</summary>
    public bool Unfinished => Phase is "archiving" or "copying" or "recovering" or "paused" or "ready" or "switching" or "swapping";

    /// <summary>In place and never started.</summary>
    public bool Restored => Phase == "restored";

    /// <summary>Reads the facts <c>restore.*</c>; null when there is none.</summary>
    internal static RestoreState? Parse(FactLines facts)
    {
        string Value(string key) => facts.Value($"restore.{key}");
        return Value("id").Length == 0 ? null : new RestoreState(Value("id"), Value("set"), Value("target"), Value("phase"))
        {
            Source = Value("source") is { Length: > 0 } source ? source : Repository,
            Value = Value("value"),
            Exclusive = Value("exclusive") == "true",
            Timeline = Value("timeline"),
            Strategy = Value("strategy") switch { "online" => RestoreStrategy.Online, "in-place" => RestoreStrategy.InPlace, _ => RestoreStrategy.Beside },
            Pause = Value("pause") == "true",
            Accepted = Value("accept") == "true",
            Expect = Value("expect"),
            Operator = Value("operator"),
            StartedAt = Value("started"),
            BytesCopied = facts.Number("restore.bytes"),
            Unarchived = (int)facts.Number("restore.unarchived"),
            ReachedLsn = Value("reachedlsn"),
            ReachedTime = Value("reachedtime"),
            ReachedTimeline = Value("reachedtimeline"),
        };
    }
}

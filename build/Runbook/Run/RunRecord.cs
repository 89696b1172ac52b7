using System.Text.Json.Serialization;

namespace Runbook.Run;

/// <summary>What a run that changes a cluster leaves on the machine that it ran on. Holds no secret: none is in a plan, an option or an error.</summary>
public sealed record RunRecord
{
    /// <summary>Version of this form.</summary>
    public int Form { get; init; } = 1;

    /// <summary>Id of the run, in Nomad the same.</summary>
    public required string Id { get; init; }

    /// <summary>What was asked for.</summary>
    public required string Target { get; init; }

    /// <summary>Its options that differ from their defaults, wherever they came from.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Profile of the run.</summary>
    public required string Profile { get; init; }

    /// <summary>Name of the cluster; empty when the configuration could not be read.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>user@host.</summary>
    public required string By { get; init; }

    /// <summary>The web page of the run, where an automation did it; empty otherwise.</summary>
    public string Via { get; init; } = "";

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Process id and its start time in clock ticks.</summary>
    public string Process { get; init; } = "";

    /// <summary>Boot of the host in which that process was.</summary>
    public string Boot { get; init; } = "";

    /// <summary>Commit of the checkout, with <c>-dirty</c> where something was changed in it; empty when it is not known.</summary>
    public string Commit { get; init; } = "";

    /// <summary>Versions of what it worked with, as far as it met it.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What was to be done; several where a first part had to be done before the rest could be planned.</summary>
    public IReadOnlyList<PlanRecord> Plans { get; init; } = [];

    /// <summary>Warnings.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>How it ended; null while it runs, and for ever when it was killed.</summary>
    public RunEndRecord? End { get; init; }

    /// <summary>The short form.</summary>
    public HistoryEntry ToEntry() => new(Id, Target, By, StartedAt, Outcome)
    {
        Arguments = string.Join(' ', Arguments),
        Via = Via,
        Seconds = End is { } end ? Math.Round((end.At - StartedAt).TotalSeconds, 1) : null,
        ExitCode = End?.ExitCode,
        Error = End?.Error ?? "",
        Commit = Commit,
        Profile = Profile,
    };

    private string Outcome => End?.Outcome ?? (Boot == LocalProcess.Boot && LocalProcess.IsAlive(Process) ? "running" : "killed");
}

/// <summary>A plan as it was shown.</summary>
/// <param name="Procedure">Deploy, Restore ...</param>
/// <param name="Notes">What was said before the first step.</param>
/// <param name="Steps">In their order.</param>
public sealed record PlanRecord(string Procedure, IReadOnlyList<string> Notes, IReadOnlyList<StepRecord> Steps);

/// <summary>A step.</summary>
/// <param name="Title">What it does.</param>
/// <param name="StartedAt">When it began; null when it did not.</param>
/// <param name="Seconds">How long it took; null when it did not come to its end.</param>
public sealed record StepRecord(string Title, DateTimeOffset? StartedAt = null, double? Seconds = null);

/// <summary>How a run ended.</summary>
/// <param name="At">When.</param>
/// <param name="ExitCode">Of the process, as far as this target decides it.</param>
/// <param name="Error">What the operator was told; empty when nothing went wrong.</param>
/// <param name="IsVerdict">The code says what was found: nothing failed.</param>
public sealed record RunEndRecord(DateTimeOffset At, int ExitCode, string Error, bool IsVerdict = false)
{
    /// <summary>The exit code in a word.</summary>
    public string Outcome => ExitCode switch
    {
        1 when IsVerdict => "problems found",
        5 when IsVerdict => "warnings found",
        10 when IsVerdict => "differences found",
        0 => "done",
        2 => "wrong use",
        3 => "refused",
        4 => "held",
        5 => "warning",
        130 or 143 => "cancelled",
        _ => "failed",
    };
}

/// <summary>How records become JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RunRecordJson : JsonSerializerContext;

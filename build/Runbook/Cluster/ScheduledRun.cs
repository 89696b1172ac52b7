using Runbook.Node;
using Runbook.Wal;

namespace Runbook.Cluster;

/// <summary>What became of a run of a schedule.</summary>
public enum RunResult
{
    /// <summary>Nomad has launched it, and it has not begun: no node takes it, or its task is being built.</summary>
    Pending,

    /// <summary>It waits for another backup to end.</summary>
    Waiting,

    /// <summary>It copies.</summary>
    Running,

    /// <summary>Its backup stands in the repository.</summary>
    Done,

    /// <summary>It was not needed, or not wanted.</summary>
    Skipped,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was killed before it could say how it ended.</summary>
    Interrupted,
}

/// <summary>The last run of a schedule, as it stands on the data volume, which remembers longer than Nomad.</summary>
/// <param name="DueAt">When Nomad launched it: what it was due at, or when it was made up for or forced.</param>
/// <param name="Result">What became of it.</param>
public sealed record ScheduledRun(DateTimeOffset DueAt, RunResult Result)
{
    /// <summary>When its task began; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How its script ended: 0, 3 for a restore that is under way, 4 for another backup that did not end, else pgBackRest's.</summary>
    public int ExitCode { get; init; }

    /// <summary>Why it was skipped; empty when it was not.</summary>
    public string Why { get; init; } = "";

    /// <summary>Reads the facts <c>schedule.TYPE.*</c>; null when there was no run.</summary>
    internal static ScheduledRun? Parse(FactLines facts, BackupType type)
    {
        var key = $"schedule.{type.ToString().ToLowerInvariant()}";
        DateTimeOffset? At(string name) => facts.Number($"{key}.{name}") is > 0 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        return At("due") is not { } due ? null : new ScheduledRun(
            due, Enum.TryParse<RunResult>(facts.Value($"{key}.result"), ignoreCase: true, out var result) ? result : RunResult.Interrupted)
        {
            StartedAt = At("started"),
            EndedAt = At("ended"),
            ExitCode = (int)facts.Number($"{key}.code"),
            Why = facts.Value($"{key}.why"),
        };
    }
}

using System.Collections.Immutable;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Cluster;

/// <summary>What submitting a job does to what runs.</summary>
public enum JobEffect
{
    /// <summary>Nothing: it is as rendered.</summary>
    None,

    /// <summary>It is new.</summary>
    Create,

    /// <summary>It changes, and nothing is started or stopped by that.</summary>
    InPlace,

    /// <summary>It was stopped, or runs nothing: its task is started.</summary>
    Start,

    /// <summary>Its task is stopped and started anew.</summary>
    Restart,

    /// <summary>It goes: the configuration no longer has it.</summary>
    Remove,
}

/// <summary>A job with what Deploy would do to it.</summary>
/// <param name="Id">Nomad's id.</param>
/// <param name="Effect">What would become of it.</param>
/// <param name="Reasons">What differs, one thing each.</param>
/// <param name="Trouble">Why Nomad could not place it; empty when it could.</param>
public sealed record PlannedJob(string Id, JobEffect Effect, ImmutableArray<string> Reasons, string Trouble = "")
{
    /// <summary>Reads Nomad's own plan.</summary>
    public static PlannedJob Of(JobChange change) =>
        new(change.Job.Id, EffectOf(change), [.. JobWords.Differences(change.Effect.Diff)], change.Effect.Warnings);

    private static JobEffect EffectOf(JobChange change)
    {
        var diff = change.Effect.Diff;
        if (!change.Effect.Changed)
            return JobEffect.None;
        if (diff.Mark == DiffMark.Added || change.Effect.ModifyIndex == 0)
            return JobEffect.Create;
        if (diff.Field("Stop") is { Old: "true" })
            return JobEffect.Start;
        // What runs on demand or by a schedule is only replaced by the next one; Nomad says "create" of it whatever it does.
        if (change.Job.Role != JobRole.Postgres)
            return JobEffect.InPlace;
        var scheduled = string.Join(", ", diff.Blocks.Where(b => b.Kind == JobDiff.TaskGroup).Select(b => b.Note));
        return scheduled switch
        {
            _ when scheduled.Contains("create/destroy update", StringComparison.Ordinal) => JobEffect.Restart,
            _ when scheduled.Contains("in-place update", StringComparison.Ordinal) || scheduled.Contains("ignore", StringComparison.Ordinal) => JobEffect.InPlace,
            _ when scheduled.Contains("create", StringComparison.Ordinal) => JobEffect.Start,
            // Not understood: what may happen at worst.
            _ => JobEffect.Restart,
        };
    }
}

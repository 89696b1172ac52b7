using System.Collections.Immutable;

namespace Runbook.Nomad;

/// <summary>What a plan says of a part of a job.</summary>
public enum DiffMark
{
    /// <summary>It stays as it is.</summary>
    None,

    /// <summary>It comes.</summary>
    Added,

    /// <summary>It goes.</summary>
    Deleted,

    /// <summary>It changes, or something in it does.</summary>
    Edited,
}

/// <summary>A field, with what Nomad has and what was planned; empty where there is none.</summary>
public sealed record DiffField(DiffMark Mark, string Name, string Old, string New);

/// <summary>A job, a group, a task or a block in one of them.</summary>
/// <param name="Mark">What becomes of it.</param>
/// <param name="Kind">Job, Task Group, Task, or the block's own name, such as Template.</param>
/// <param name="Name">Name of the job, group or task; empty for a block.</param>
/// <param name="Note">What stands behind it in parentheses: what the scheduler would do, such as <c>1 create/destroy update</c>.</param>
/// <param name="Fields">Its fields; of a block also those that stay.</param>
/// <param name="Blocks">What stands in it.</param>
public sealed record JobDiff(
    DiffMark Mark, string Kind, string Name, string Note, ImmutableArray<DiffField> Fields, ImmutableArray<JobDiff> Blocks)
{
    /// <summary>The kind of the outermost one.</summary>
    public const string Job = "Job";

    /// <summary>The kind of a group.</summary>
    public const string TaskGroup = "Task Group";

    /// <summary>The kind of a task.</summary>
    public const string Task = "Task";

    /// <summary>Nothing differs.</summary>
    public static JobDiff Same { get; } = new(DiffMark.None, Job, "", "", [], []);

    /// <summary>A field by its name.</summary>
    public DiffField? Field(string name) => Fields.FirstOrDefault(f => f.Name == name);
}

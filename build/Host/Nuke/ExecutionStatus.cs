namespace Nuke.Common.Execution;

/// <summary>Where a target stands.</summary>
public enum ExecutionStatus
{
    /// <summary>Not part of this run.</summary>
    None,

    /// <summary>Its turn has not come.</summary>
    Scheduled,

    /// <summary>Its turn never came: an earlier target failed, or the run was cancelled.</summary>
    NotRun,

    /// <summary>Skipped on request or by a condition.</summary>
    Skipped,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>It threw.</summary>
    Failed,

    /// <summary>At work.</summary>
    Running,

    /// <summary>It was at work when the run was cancelled.</summary>
    Aborted,

    /// <summary>It has no work of its own, only dependencies.</summary>
    Collective,
}

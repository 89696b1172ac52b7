namespace Runbook.Render;

/// <summary>A jobspec, ready to be submitted.</summary>
/// <param name="Id">Nomad's id of the job.</param>
/// <param name="FileName">Name of its file, without a directory.</param>
/// <param name="Role">What the job is for.</param>
/// <param name="Text">The jobspec in HCL, formatted and without secrets.</param>
public sealed record RenderedJob(string Id, string FileName, JobRole Role, string Text)
{
    /// <summary>Sum of the files that it brings to the data volume, as the node counts it; empty for none.</summary>
    public string Delivers { get; init; } = "";
}

/// <summary>What a job is for.</summary>
public enum JobRole
{
    /// <summary>The server: a service.</summary>
    Postgres,

    /// <summary>Creates databases and users: dispatched after a deployment.</summary>
    PostgresInit,

    /// <summary>Creates and checks the stanza: dispatched after a deployment.</summary>
    PgbackrestInit,

    /// <summary>Scheduled full backups: periodic.</summary>
    Full,

    /// <summary>Scheduled differential backups: periodic.</summary>
    Diff,

    /// <summary>Scheduled incremental backups: periodic.</summary>
    Incr,

    /// <summary>The cluster's check of itself: periodic.</summary>
    Check,

    /// <summary>What the runbook asks on demand: dispatched.</summary>
    Operations,

    /// <summary>One restore: dispatched.</summary>
    Restore,

    /// <summary>Never runs; its meta says who is at work on the cluster.</summary>
    Lock,

    /// <summary>Never runs; its meta says what was done to the cluster.</summary>
    History,
}

/// <summary>Groups of roles.</summary>
public static class JobRoles
{
    /// <summary>It runs by a schedule, which stands still while the server does.</summary>
    public static bool IsSchedule(this JobRole role) => role is JobRole.Full or JobRole.Diff or JobRole.Incr or JobRole.Check;

    /// <summary>It keeps running until somebody stops it, so Terraform may own it. It must never own the others: a one-off
    /// job that Nomad has forgotten would be run again.</summary>
    public static bool IsLasting(this JobRole role) => role == JobRole.Postgres || role.IsSchedule();
}

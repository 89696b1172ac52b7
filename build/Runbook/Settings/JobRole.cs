namespace Runbook.Settings;

/// <summary>What a job is for.</summary>
public enum JobRole
{
    /// <summary>The server.</summary>
    Postgres,

    /// <summary>Creates databases and users.</summary>
    PostgresInit,

    /// <summary>Creates and checks the stanza.</summary>
    PgbackrestInit,

    /// <summary>Scheduled full backups.</summary>
    Full,

    /// <summary>Scheduled differential backups.</summary>
    Diff,

    /// <summary>Scheduled incremental backups.</summary>
    Incr,

    /// <summary>The scheduled check of the cluster.</summary>
    Check,

    /// <summary>What the runbook asks on demand.</summary>
    Operations,

    /// <summary>One restore.</summary>
    Restore,

    /// <summary>Reads the repositories of a configuration that is not deployed yet.</summary>
    Look,

    /// <summary>Says in its meta who works on the cluster.</summary>
    Lock,

    /// <summary>Says in its meta what was done to the cluster.</summary>
    History,
}

/// <summary>Groups of roles.</summary>
public static class JobRoles
{
    /// <summary>It runs by a schedule, which is stopped while the server is.</summary>
    public static bool IsSchedule(this JobRole role) => JobCatalog.Of(role).Kind == JobKind.Periodic;

    /// <summary>It is a scheduled backup.</summary>
    public static bool IsBackup(this JobRole role) => role is JobRole.Full or JobRole.Diff or JobRole.Incr;

    /// <summary>It keeps running until it is stopped, so Terraform may own it.</summary>
    public static bool IsLasting(this JobRole role) => JobCatalog.Of(role).Resource.Length > 0;
}

namespace Runbook.Checks;

/// <summary>All quantities that <c>Check</c> measures.</summary>
public static class Metrics
{
    /// <summary>Of every name.</summary>
    public const string Prefix = "postgres_runbook_";

    /// <summary>See its help.</summary>
    public static Metric ServerUp { get; } = new("server_up", "Whether the server answers queries and takes writes.");

    /// <summary>See its help.</summary>
    public static Metric Recovering { get; } = new("server_in_recovery", "Whether the server is replaying WAL.");

    /// <summary>See its help.</summary>
    public static Metric Timeline { get; } = new("timeline", "Number of the timeline that the cluster is on.");

    /// <summary>See its help.</summary>
    public static Metric ChecksumFailures { get; } = new("checksum_failures_total", "Pages whose checksum was wrong when they were read.", "counter");

    /// <summary>See its help.</summary>
    public static Metric RepositoryUp { get; } = new("repository_up", "Whether the repository can be read and holds the stanza.");

    /// <summary>See its help.</summary>
    public static Metric Encrypted { get; } = new("repository_encrypted", "Whether the repository is encrypted.");

    /// <summary>See its help.</summary>
    public static Metric TlsVerified { get; } = new("repository_tls_verified", "Whether the certificate of the repository's storage is verified.");

    /// <summary>See its help.</summary>
    public static Metric Sets { get; } = new("backup_sets", "Backup sets in the repository.");

    /// <summary>See its help.</summary>
    public static Metric FullAge { get; } = new("full_backup_age_seconds", "Seconds since the last good full backup ended.");

    /// <summary>See its help.</summary>
    public static Metric BackupAge { get; } = new("backup_age_seconds", "Seconds since the last good backup of any type ended.");

    /// <summary>See its help.</summary>
    public static Metric WaitingSegments { get; } = new("wal_waiting_segments", "WAL segments that wait to be archived.");

    /// <summary>See its help.</summary>
    public static Metric WaitingSeconds { get; } = new("wal_waiting_seconds", "Seconds for which the oldest of these waits.");

    /// <summary>See its help.</summary>
    public static Metric WaitingBytes { get; } = new("wal_waiting_bytes", "Bytes of WAL that wait to be archived.");

    /// <summary>See its help.</summary>
    public static Metric QueueLimit { get; } = new("wal_waiting_limit_bytes", "Bytes of waiting WAL above which it is dropped; absent where it never is.");

    /// <summary>See its help.</summary>
    public static Metric FailedPushes { get; } = new("wal_archive_failures_total", "How often archiving a WAL segment failed.", "counter");

    /// <summary>See its help.</summary>
    public static Metric Failing { get; } = new("wal_archive_failing", "Whether archiving failed more lately than it went well.");

    /// <summary>See its help.</summary>
    public static Metric Gaps { get; } = new("wal_gaps", "Stretches of WAL that are missing in the repository, inside of the window that it covers.");

    /// <summary>See its help.</summary>
    public static Metric MissingSegments { get; } = new("wal_missing_segments", "WAL segments that are missing there.");

    /// <summary>See its help.</summary>
    public static Metric DataFree { get; } = new("data_free_bytes", "Free bytes on the data volume.");

    /// <summary>See its help.</summary>
    public static Metric DataSize { get; } = new("data_size_bytes", "Bytes of the data volume.");

    /// <summary>See its help.</summary>
    public static Metric DataTimeToFull { get; } = new("data_full_in_seconds", "Seconds until the data volume is full at the rate of the last day; absent when it does not fill.");

    /// <summary>See its help.</summary>
    public static Metric RepositoryFree { get; } = new("repository_free_bytes", "Free bytes of the repository's volume.");

    /// <summary>See its help.</summary>
    public static Metric RepositorySize { get; } = new("repository_size_bytes", "Size of the repository's volume in bytes.");

    /// <summary>See its help.</summary>
    public static Metric RepositoryTimeToFull { get; } = new("repository_full_in_seconds", "Seconds until that is full at the rate of the last day; absent when it does not fill.");

    /// <summary>See its help.</summary>
    public static Metric KeptDirectories { get; } = new("kept_directories", "Data directories that restores have kept.");

    /// <summary>See its help.</summary>
    public static Metric KeptBytes { get; } = new("kept_bytes", "Bytes of these directories.");

    /// <summary>See its help.</summary>
    public static Metric RestoreUnderWay { get; } = new("restore_unfinished", "Whether a restore has begun and is not finished.");

    /// <summary>See its help.</summary>
    public static Metric SchedulesExpected { get; } = new("schedules_configured", "Schedules that are configured.");

    /// <summary>See its help.</summary>
    public static Metric SchedulesRunning { get; } = new("schedules_running", "How many of these are in Nomad and not stopped.");

    /// <summary>See its help.</summary>
    public static Metric SchedulesPaused { get; } = new("schedules_paused", "Whether the scheduled backups are paused on purpose.");

    /// <summary>See its help.</summary>
    public static Metric FailedRuns { get; } = new("schedules_failed", "Schedules whose last run failed or was killed.");

    /// <summary>See its help.</summary>
    public static Metric CheckAge { get; } = new("periodic_check_age_seconds", "Seconds since the cluster last checked itself.");

    /// <summary>See its help.</summary>
    public static Metric CheckOk { get; } = new("periodic_check_ok", "Whether it found nothing critical then.");
}

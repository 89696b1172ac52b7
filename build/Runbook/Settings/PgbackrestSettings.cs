namespace Runbook.Settings;

/// <summary>Backups: repository, schedules, retention.</summary>
public sealed record PgbackrestSettings
{
    /// <summary>Name of the stanza: this cluster's place in the repository.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_stanza")]
    public string Stanza { get; init; } = "db-primary";

    /// <summary>
    /// Name of the job for operations on demand. The periodic jobs append <c>-full</c>, <c>-diff</c>, <c>-incr</c> and <c>-check</c>.
    /// </summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_job_name")]
    public string JobName { get; init; } = "pgbackrest";

    /// <summary>Name of the job that creates the stanza.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_init_job_name")]
    public string InitJobName { get; init; } = "pgbackrest-init";

    /// <summary>Name of the restore job.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_restore_job_name")]
    public string RestoreJobName { get; init; } = "pgbackrest-restore";

    /// <summary>CPU share of a backup or restore.</summary>
    [Setting(Unit = "MHz", Minimum = 20, Maximum = 1_000_000)]
    public int Cpu { get; init; } = 500;

    /// <summary>Memory of a backup or restore.</summary>
    [Setting(Unit = "MB", Minimum = 128, Maximum = 16_777_216)]
    public int Memory { get; init; } = 512;

    /// <summary>Number of processes that copy and compress in parallel. 0: as many as the node has cores.</summary>
    [Setting(Minimum = 0, Maximum = 999)]
    public int ProcessMax { get; init; }

    /// <summary>Compression of backups and of archived WAL.</summary>
    public CompressType CompressType { get; init; } = CompressType.Zst;

    /// <summary>
    /// Time that pgBackRest waits for an answer of the repository. If the endpoint is dead, <c>info</c> fails after 4 times this value, a backup
    /// after 8 times.
    /// </summary>
    [Setting(Minimum = 1, Maximum = 3600)]
    public TimeSpan IoTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// Amount of WAL that may wait for a repository that does not accept it. Beyond it pgBackRest drops WAL, so that the data volume does not fill up
    /// and stop the server. Dropped WAL leaves a gap that cannot be restored; the next full backup ends it. 0: nothing is ever dropped; otherwise at least 48.
    /// </summary>
    [Setting(Unit = "MB", Minimum = 0, Maximum = 1_073_741_824)]
    public int ArchivePushQueueMax { get; init; }

    /// <summary>
    /// Repositories for backups and archived WAL, up to four. Every backup is taken in each repository, and every WAL segment is archived to all. A
    /// restore uses the first one that has what is needed. Empty: no backups.
    /// </summary>
    [Setting(Replaces = "pgbackrest_s3_config")]
    public IReadOnlyList<RepositorySettings> Repositories { get; init; } = [];

    /// <summary>Schedules of the backups.</summary>
    [Setting(Replaces = "backup_schedule")]
    public ScheduleSettings Schedules { get; init; } = new();

    /// <summary>Schedule of the cluster's own check, and warning thresholds of <c>Check</c>.</summary>
    public CheckSettings Check { get; init; } = new();
}

/// <summary>Compression of backups and of archived WAL.</summary>
public enum CompressType
{
    /// <summary>Zstandard: the fastest for its size.</summary>
    Zst,

    /// <summary>gzip: what any machine can read.</summary>
    Gz,

    /// <summary>LZ4: least processor time.</summary>
    Lz4,

    /// <summary>bzip2: smallest and slowest.</summary>
    Bz2,

    /// <summary>No compression.</summary>
    None,
}

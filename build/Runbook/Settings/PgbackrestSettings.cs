namespace Runbook.Settings;

/// <summary>Backups: repository, schedules, retention.</summary>
public sealed record PgbackrestSettings
{
    /// <summary>Name of the stanza: this cluster's place in the repository.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_stanza")]
    public string Stanza { get; init; } = "db-primary";

    /// <summary>Name of the job for what is asked on demand; the scheduled ones add <c>-full</c>, <c>-diff</c>, <c>-incr</c>, <c>-check</c>.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_job_name")]
    public string JobName { get; init; } = "pgbackrest";

    /// <summary>Name of the job that creates the stanza.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_init_job_name")]
    public string InitJobName { get; init; } = "pgbackrest-init";

    /// <summary>Name of the restore job.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_restore_job_name")]
    public string RestoreJobName { get; init; } = "pgbackrest-restore";

    /// <summary>Processor share of a backup or restore.</summary>
    [Setting(Unit = "MHz", Minimum = 20, Maximum = 1_000_000)]
    public int Cpu { get; init; } = 500;

    /// <summary>Memory of a backup or restore.</summary>
    [Setting(Unit = "MB", Minimum = 128, Maximum = 16_777_216)]
    public int Memory { get; init; } = 512;

    /// <summary>Processes that copy and compress at once. 0: as many as the node has cores.</summary>
    [Setting(Minimum = 0, Maximum = 999)]
    public int ProcessMax { get; init; }

    /// <summary>Compression of backups and of archived WAL.</summary>
    public CompressType CompressType { get; init; } = CompressType.Zst;

    /// <summary>How long pgBackRest waits for an answer of the repository. With a dead endpoint <c>info</c> fails after four times this, a backup after eight.</summary>
    [Setting(Minimum = 1, Maximum = 3600)]
    public TimeSpan IoTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// WAL that may wait for a repository that does not take it before pgBackRest drops it, so that the data volume does not
    /// run full and stop the server. What is dropped cannot be restored: the next full backup begins anew. 0: nothing is ever dropped.
    /// </summary>
    [Setting(Unit = "MB", Minimum = 0, Maximum = 1_073_741_824)]
    public int ArchivePushQueueMax { get; init; }

    /// <summary>
    /// Where backups and archived WAL go, up to four; the first that has what is needed is restored from. Every backup is
    /// taken in each of them, every WAL segment archived to all. None: no backups.
    /// </summary>
    [Setting(Replaces = "pgbackrest_s3_config")]
    public IReadOnlyList<RepositorySettings> Repositories { get; init; } = [];

    /// <summary>When backups are taken.</summary>
    [Setting(Replaces = "backup_schedule")]
    public ScheduleSettings Schedules { get; init; } = new();

    /// <summary>When a cluster is healthy.</summary>
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

namespace Runbook.Settings;

/// <summary>How many backups are kept. What nothing needs any more goes after the next backup, WAL with it.</summary>
public sealed record RetentionSettings
{
    /// <summary>Unit of <c>full</c>. <c>count</c>: full backups. <c>time</c>: days.</summary>
    public RetentionType FullType { get; init; } = RetentionType.Count;

    /// <summary>
    /// Number of full backups to keep, or of days. An older full backup expires with everything that depends on it, once a newer one is complete.
    /// With days, the newest full backup that is older is kept as well, so that each of these days can be restored.
    /// </summary>
    [Setting(Minimum = 1, Maximum = 9_999_999, Replaces = "backup_schedule.full.retention_count")]
    public int Full { get; init; } = 4;

    /// <summary>Number of differential backups to keep. 0: all, until their full backup expires.</summary>
    [Setting(Minimum = 0, Maximum = 9_999_999)]
    public int Diff { get; init; }

    /// <summary>
    /// Backups that <c>archive</c> counts. <c>full</c>: full backups. <c>diff</c>: full and differential backups. <c>incr</c>: backups of any type.
    /// </summary>
    public ArchiveRetentionType ArchiveType { get; init; } = ArchiveRetentionType.Full;

    /// <summary>
    /// Number of newest backups for which all later WAL is kept, so that any point in time can be restored. Of older backups, only the WAL that makes
    /// them consistent is kept. 0: all WAL is kept for all backups.
    /// </summary>
    [Setting(Minimum = 0, Maximum = 9_999_999)]
    public int Archive { get; init; }
}

/// <summary>What the retention of full backups counts.</summary>
public enum RetentionType
{
    /// <summary>Backups.</summary>
    Count,

    /// <summary>Days.</summary>
    Time,
}

/// <summary>Which backups the retention of WAL counts.</summary>
public enum ArchiveRetentionType
{
    /// <summary>Full backups.</summary>
    Full,

    /// <summary>Full and differential backups.</summary>
    Diff,

    /// <summary>Backups of any type.</summary>
    Incr,
}

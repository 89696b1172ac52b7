namespace Runbook.Settings;

/// <summary>How many backups are kept. What nothing needs any more goes after the next backup, WAL with it.</summary>
public sealed record RetentionSettings
{
    /// <summary>What <c>full</c> counts.</summary>
    public RetentionType FullType { get; init; } = RetentionType.Count;

    /// <summary>
    /// Full backups to keep, or days. An older one goes with everything that depends on it, once a newer one is complete; in
    /// days, the newest that is older than that stays, too, so that each of these days can be restored.
    /// </summary>
    [Setting(Minimum = 1, Maximum = 9_999_999, Replaces = "backup_schedule.full.retention_count")]
    public int Full { get; init; } = 4;

    /// <summary>Differential backups to keep. 0: all, until their full backup goes.</summary>
    [Setting(Minimum = 0, Maximum = 9_999_999)]
    public int Diff { get; init; }

    /// <summary>Which backups <c>archive</c> counts.</summary>
    public ArchiveRetentionType ArchiveType { get; init; } = ArchiveRetentionType.Full;

    /// <summary>
    /// Newest backups for which all later WAL is kept, so that any moment can be restored; of older ones only what they need to be consistent.
    /// 0: for all of them.
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

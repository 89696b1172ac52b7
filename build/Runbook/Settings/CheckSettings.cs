namespace Runbook.Settings;

/// <summary>
/// From when on <c>Check</c> warns; at twice that, or at half where less is worse, it is critical. By the same settings the cluster
/// looks after itself, in the periodic job <c>-check</c>.
/// </summary>
public sealed record CheckSettings : Schedule
{
    /// <summary>
    /// When the cluster checks itself. Each time closes a WAL segment and waits for it in every repository: that proves the way there, and
    /// bounds what a lost disk costs a quiet server to the time between two checks. Cron as for the backups; empty: never.
    /// </summary>
    public override string Cron { get; init; } = "17 * * * *";

    /// <summary>Age of the last good full backup, in each repository. 0: the longest time between two full backups of the schedule, and a quarter of it.</summary>
    [Setting(Minimum = 0, Maximum = LongestAge, DefaultText = "from the schedule")]
    public TimeSpan FullAge { get; init; }

    /// <summary>Age of the last good backup of any type, in each repository. 0: the longest time between two backups of the schedules, and a quarter of it.</summary>
    [Setting(Minimum = 0, Maximum = LongestAge, DefaultText = "from the schedules")]
    public TimeSpan BackupAge { get; init; }

    /// <summary>How long a WAL segment may wait to be archived.</summary>
    [Setting(Minimum = 1, Maximum = LongestAge)]
    public TimeSpan ArchiveLag { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many WAL segments may wait to be archived; they take room on the data volume.</summary>
    [Setting(Minimum = 1, Maximum = 1_000_000)]
    public int ArchiveSegments { get; init; } = 64;

    /// <summary>How much of the data volume, and of a repository on a disk, must be free.</summary>
    [Setting(Unit = "%", Minimum = 1, Maximum = 99)]
    public int FreeSpace { get; init; } = 15;

    /// <summary>How soon these may be full, at the rate of the last day's checks.</summary>
    [Setting(Minimum = 0, Maximum = LongestAge)]
    public TimeSpan TimeToFull { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How long a directory that a restore has kept may stay.</summary>
    [Setting(Minimum = 1, Maximum = LongestAge)]
    public TimeSpan KeptAge { get; init; } = TimeSpan.FromDays(14);

    // Ten years.
    private const long LongestAge = 315_360_000;
}

namespace Runbook.Settings;

/// <summary>
/// From when on <c>Check</c> warns; at twice that, or at half where less is worse, it is critical. By the same settings the cluster
/// looks after itself, in the periodic job <c>-check</c>.
/// </summary>
public sealed record CheckSettings : Schedule
{
    /// <summary>
    /// Cron expression of the periodic check, written as for the backups. Empty: never. Each check closes a WAL segment and waits until every
    /// repository has it. This proves that archiving works, and limits what a quiet server loses with its disk to the time between two checks.
    /// </summary>
    public override string Cron { get; init; } = "17 * * * *";

    /// <summary>
    /// Age of the last good full backup above which <c>Check</c> warns, in each repository. 0: 1.25 times the longest time between two full backups
    /// of the schedule.
    /// </summary>
    [Setting(Minimum = 0, Maximum = LongestAge, DefaultText = "from the schedule")]
    public TimeSpan FullAge { get; init; }

    /// <summary>
    /// Age of the last good backup of any type above which <c>Check</c> warns, in each repository. 0: 1.25 times the longest time between two backups
    /// of the schedules.
    /// </summary>
    [Setting(Minimum = 0, Maximum = LongestAge, DefaultText = "from the schedules")]
    public TimeSpan BackupAge { get; init; }

    /// <summary>Time for which a WAL segment may wait to be archived before <c>Check</c> warns.</summary>
    [Setting(Minimum = 1, Maximum = LongestAge)]
    public TimeSpan ArchiveLag { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Number of WAL segments that may wait to be archived before <c>Check</c> warns. They take space on the data volume.</summary>
    [Setting(Minimum = 1, Maximum = 1_000_000)]
    public int ArchiveSegments { get; init; } = 64;

    /// <summary>Free space below which <c>Check</c> warns, on the data volume and on a repository on a disk.</summary>
    [Setting(Unit = "%", Minimum = 1, Maximum = 99)]
    public int FreeSpace { get; init; } = 15;

    /// <summary>
    /// Time until the data volume or a repository on a disk is full, below which <c>Check</c> warns. It is computed from the rate of the last day's
    /// checks.
    /// </summary>
    [Setting(Minimum = 0, Maximum = LongestAge)]
    public TimeSpan TimeToFull { get; init; } = TimeSpan.FromHours(48);

    /// <summary>Age of a directory kept by a restore above which <c>Check</c> warns.</summary>
    [Setting(Minimum = 1, Maximum = LongestAge)]
    public TimeSpan KeptAge { get; init; } = TimeSpan.FromDays(14);

    // Ten years.
    private const long LongestAge = 315_360_000;
}

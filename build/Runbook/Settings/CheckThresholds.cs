namespace Runbook.Settings;

/// <summary>From when on each thing is a warning, with what follows from the schedules worked out.</summary>
/// <param name="FullAge">Of the last good full backup; null when neither a setting nor a schedule says it.</param>
/// <param name="BackupAge">Of the last good backup of any type; null when neither a setting nor a schedule says it.</param>
/// <param name="CheckAge">Of the last periodic check; null when there is none.</param>
public sealed record CheckThresholds(TimeSpan? FullAge, TimeSpan? BackupAge, TimeSpan? CheckAge)
{
    // What is a warning once is critical at twice that; where less is worse, at half.
    private const int Critical = 2;

    // Until a backup that the schedule has begun stands in the repository.
    private const double Grace = 1.25;

    // One check may be missed: a restart of the node at the wrong minute is no alarm.
    private static readonly TimeSpan CheckGrace = TimeSpan.FromMinutes(5);

    /// <summary>What is critical, of a setting that warns above a value.</summary>
    public static TimeSpan CriticalAbove(TimeSpan warning) => warning * Critical;

    /// <inheritdoc cref="CriticalAbove(TimeSpan)"/>
    public static double CriticalAbove(double warning) => warning * Critical;

    /// <summary>What is critical, of a setting that warns below a value.</summary>
    public static double CriticalBelow(double warning) => warning / Critical;

    /// <summary>The thresholds of a configuration. The same at any time: the job that is rendered from them must not change by itself.</summary>
    public static CheckThresholds Of(PgbackrestSettings settings)
    {
        var (check, schedules) = (settings.Check, settings.Schedules);
        return new CheckThresholds(
            check.FullAge > TimeSpan.Zero ? check.FullAge : Longest(schedules.Full) * Grace,
            check.BackupAge > TimeSpan.Zero ? check.BackupAge : Longest(schedules.Full, schedules.Diff, schedules.Incr) * Grace,
            Longest(check) * Critical + CheckGrace);
    }

    private static TimeSpan? Longest(params IEnumerable<Schedule> schedules) =>
        CronRule.LongestInterval(schedules.Where(s => s.IsOn).Select(s => (s.Cron, s.TimeZone)));
}

namespace Runbook.Settings;

/// <summary>When backups are taken.</summary>
public sealed record ScheduleSettings
{
    /// <summary>Full backups.</summary>
    public FullSchedule Full { get; init; } = new();

    /// <summary>Differential backups: changes since the last full backup.</summary>
    public DiffSchedule Diff { get; init; } = new();

    /// <summary>Incremental backups: changes since the last backup of any type.</summary>
    public IncrSchedule Incr { get; init; } = new();

    /// <summary>Time that a scheduled backup waits for another backup to end before it fails.</summary>
    [Setting(Minimum = 1, Maximum = 604_800)]
    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromHours(12);
}

/// <summary>When backups of one type are taken.</summary>
public abstract record Schedule
{
    /// <summary>
    /// Cron expression with five fields, or <c>@hourly</c>, <c>@daily</c>, <c>@weekly</c>, <c>@monthly</c>, <c>@yearly</c>. Empty: never.
    /// </summary>
    public abstract string Cron { get; init; }

    /// <summary>Time zone of the cron expression, as an IANA name.</summary>
    [Setting(NotEmpty = true)]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Whether backups of this type are taken at all.</summary>
    public bool IsOn => Cron.Length > 0;

    /// <summary>The next runs after now, none when the schedule is off.</summary>
    /// <param name="time">Says what time it is.</param>
    /// <param name="count">How many runs at most.</param>
    public IReadOnlyList<DateTimeOffset> Next(TimeProvider time, int count) =>
        IsOn ? CronRule.Occurrences(Cron, TimeZone, time.GetUtcNow()).Take(count).ToList() : [];

    /// <summary>The next time, on the clocks of its zone and within a year, at which it should run and does not, because they skip that
    /// time when they are put forward; null when there is none.</summary>
    /// <param name="time">Says what time it is.</param>
    public DateTime? Skipped(TimeProvider time) => IsOn ? CronRule.Skipped(Cron, TimeZone, time.GetUtcNow()) : null;
}

/// <summary>When full backups are taken.</summary>
public sealed record FullSchedule : Schedule
{
    /// <inheritdoc />
    [Setting(Replaces = "backup_schedule.full.schedule")]
    public override string Cron { get; init; } = "@weekly";
}

/// <summary>When differential backups are taken.</summary>
public sealed record DiffSchedule : Schedule
{
    /// <inheritdoc />
    public override string Cron { get; init; } = "";
}

/// <summary>When incremental backups are taken; they go with the backup they depend on.</summary>
public sealed record IncrSchedule : Schedule
{
    /// <inheritdoc />
    [Setting(Replaces = "backup_schedule.incremental.schedule")]
    public override string Cron { get; init; } = "@daily";
}

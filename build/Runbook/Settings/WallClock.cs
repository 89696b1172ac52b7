using Cronos;

namespace Runbook.Settings;

/// <summary>
/// When a cron expression is due in a time zone, as Nomad has it (cronexpr, measured): at every moment at which the clocks of
/// the zone show a time that matches. An hour that they skip has no run, one that they show twice has two; Cronos
/// itself moves the one and leaves out the other. Zones whose clocks change by half an hour may differ by one run.
/// </summary>
internal static class WallClock
{
    // Longer than any change of clocks.
    private static readonly TimeSpan Slack = TimeSpan.FromHours(3);
    private static readonly TimeSpan Close = TimeSpan.FromHours(2);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The first moment after another one; null when there is none.</summary>
    public static DateTimeOffset? Next(CronExpression cron, TimeZoneInfo zone, DateTimeOffset after)
    {
        DateTimeOffset? best = null;
        foreach (var time in Times(cron, Wall(zone, after) - Slack))
        {
            if (best is { } found && time - Slack > Wall(zone, found))
                break;
            foreach (var moment in Moments(zone, time).Where(moment => moment > after && (best is null || moment < best)))
                best = moment;
        }
        return best;
    }

    /// <summary>Times that match and that the clocks of the zone never show, in order; but for those with another run close by.</summary>
    public static IEnumerable<DateTime> Skipped(CronExpression cron, TimeZoneInfo zone, DateTimeOffset after, DateTimeOffset until) =>
        zone.SupportsDaylightSavingTime
            ? Times(cron, Wall(zone, after)).TakeWhile(time => time <= Wall(zone, until)).Where(time => !Moments(zone, time).Any() && !IsNearRun(cron, zone, time))
            : [];

    private static bool IsNearRun(CronExpression cron, TimeZoneInfo zone, DateTime time) =>
        Next(cron, zone, new DateTimeOffset((time - Close).Ticks, zone.GetUtcOffset(new DateTimeOffset(time - Day)))) is { } run && Wall(zone, run) - time <= Close;

    private static IEnumerable<DateTime> Times(CronExpression cron, DateTime after)
    {
        for (var time = cron.GetNextOccurrence(after); time is not null; time = cron.GetNextOccurrence(time.Value))
            yield return time.Value;
    }

    private static DateTime Wall(TimeZoneInfo zone, DateTimeOffset moment) => new((moment + zone.GetUtcOffset(moment)).UtcTicks, DateTimeKind.Utc);

    private static IEnumerable<DateTimeOffset> Moments(TimeZoneInfo zone, DateTime wall) =>
        new[] { wall - Day, wall + Day }.Select(near => zone.GetUtcOffset(new DateTimeOffset(near))).Distinct()
            .Select(offset => new DateTimeOffset(wall.Ticks, offset)).Where(moment => zone.GetUtcOffset(moment) == moment.Offset);
}

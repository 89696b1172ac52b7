using Cronos;

namespace LocalNomad.Scheduling;

/// <summary>
/// When a cron expression is due in a time zone, as Nomad's cronexpr has it: at every moment at which the clocks of the
/// zone show a time that matches. An hour that they skip has no launch, one that they show twice has two; Cronos itself
/// moves the one and leaves out the other.
/// </summary>
internal static class WallClock
{
    // Longer than any change of clocks.
    private static readonly TimeSpan Slack = TimeSpan.FromHours(3);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Clocks are not put forward and back again within so short a time.
    private static readonly TimeSpan Near = TimeSpan.FromDays(7);

    /// <returns>The first moment after another one; null if there is none.</returns>
    public static DateTimeOffset? Next(CronExpression cron, TimeZoneInfo zone, DateTimeOffset after)
    {
        var offset = zone.GetUtcOffset(after);
        if (cron.GetNextOccurrence(Wall(zone, after)) is not { } first)
            return null;
        var straight = new DateTimeOffset(first.Ticks, offset);
        if (straight - after < Near && zone.GetUtcOffset(after - Day) == offset && zone.GetUtcOffset(straight + Day) == offset)
            return straight;
        DateTimeOffset? best = null;
        for (var wall = cron.GetNextOccurrence(Wall(zone, after) - Slack); wall is { } time && (best is not { } found || time - Slack <= Wall(zone, found)); wall = cron.GetNextOccurrence(time))
        {
            foreach (var moment in Moments(zone, time).Where(moment => moment > after && (best is null || moment < best)))
                best = moment;
        }

        return best;
    }

    private static DateTime Wall(TimeZoneInfo zone, DateTimeOffset moment) => new((moment + zone.GetUtcOffset(moment)).UtcTicks, DateTimeKind.Utc);

    /// <summary>The moments at which the clocks show a time: none, one or two.</summary>
    private static IEnumerable<DateTimeOffset> Moments(TimeZoneInfo zone, DateTime wall) =>
        new[] { wall - Day, wall + Day }.Select(near => zone.GetUtcOffset(new DateTimeOffset(near))).Distinct()
            .Select(offset => new DateTimeOffset(wall.Ticks, offset)).Where(moment => zone.GetUtcOffset(moment) == moment.Offset);
}

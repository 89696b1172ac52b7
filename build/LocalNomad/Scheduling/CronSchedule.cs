using Cronos;
using LocalNomad.Model;

namespace LocalNomad.Scheduling;

/// <summary>When a periodic job is due.</summary>
internal sealed class CronSchedule
{
    private readonly IReadOnlyList<CronExpression> _expressions;
    private readonly TimeZoneInfo _zone;

    /// <exception cref="CronFormatException">The expression is none.</exception>
    /// <exception cref="TimeZoneNotFoundException">There is no such time zone.</exception>
    public CronSchedule(PeriodicConfig periodic)
    {
        _zone = periodic.TimeZone is "" or "UTC" ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(periodic.TimeZone);
        _expressions = [.. Split(periodic.Spec.Trim()).Select(Parse)];
    }

    /// <returns>What is wrong, in Nomad's words; null if nothing is.</returns>
    public static string? Problem(PeriodicConfig periodic)
    {
        try
        {
            _ = new CronSchedule(periodic);
            return null;
        }
        catch (CronFormatException error)
        {
            return $"Invalid cron spec \"{periodic.Spec}\": {error.Message}";
        }
        catch (TimeZoneNotFoundException)
        {
            return $"Invalid time zone \"{periodic.TimeZone}\": unknown time zone {periodic.TimeZone}";
        }
    }

    /// <returns>The first time after <paramref name="moment"/>, null if there is none.</returns>
    public DateTimeOffset? Next(DateTimeOffset moment) => _expressions.Min(expression => expression.GetNextOccurrence(moment, _zone));

    // With a day of the month and a day of the week Nomad launches on either, Cronos only when both hold.
    private static string[] Split(string spec)
    {
        var fields = spec.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (5 or 6))
            return [spec];
        var month = fields.Length - 3;
        var week = fields.Length - 1;
        if (fields[month] is "*" or "?" || fields[week] is "*" or "?")
            return [spec];
        string Without(int index) => string.Join(' ', fields.Select((field, i) => i == index ? "*" : field));
        return [Without(week), Without(month)];
    }

    private static CronExpression Parse(string spec)
    {
        if (spec.StartsWith('@'))
        {
            return CronExpression.Parse(spec switch
            {
                "@annually" or "@yearly" => "0 0 1 1 *",
                "@monthly" => "0 0 1 * *",
                "@weekly" => "0 0 * * 0",
                "@daily" => "0 0 * * *",
                "@hourly" => "0 * * * *",
                _ => throw new CronFormatException($"unknown macro {spec}; known are @annually, @yearly, @monthly, @weekly, @daily and @hourly"),
            });
        }

        var fields = spec.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return fields switch
        {
            5 => CronExpression.Parse(spec),
            6 => CronExpression.Parse(spec, CronFormat.IncludeSeconds),
            _ => throw new CronFormatException($"{fields} fields; expected minute, hour, day of month, month and day of week"),
        };
    }
}

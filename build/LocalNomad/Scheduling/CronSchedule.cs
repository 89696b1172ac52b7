using Cronos;
using LocalNomad.Model;

namespace LocalNomad.Scheduling;

/// <summary>When a periodic job is due.</summary>
internal sealed class CronSchedule
{
    private static readonly Dictionary<string, string> Macros = new()
    {
        ["@annually"] = "0 0 1 1 *",
        ["@yearly"] = "0 0 1 1 *",
        ["@monthly"] = "0 0 1 * *",
        ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *",
        ["@hourly"] = "0 * * * *",
    };

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
    public DateTimeOffset? Next(DateTimeOffset moment) => _expressions.Min(expression => WallClock.Next(expression, _zone, moment));

    // With a day of the month and a day of the week Nomad launches on either, Cronos only when both hold.
    private static string[] Split(string spec)
    {
        var fields = Normalize(spec).Split(' ');
        if (fields[^3] is "*" or "?" || fields[^1] is "*" or "?")
            return [string.Join(' ', fields)];
        string Without(int index) => string.Join(' ', fields.Select((field, i) => i == index ? "*" : field));
        return [Without(fields.Length - 1), Without(fields.Length - 3)];
    }

    // Nomad's sixth field is a year, and with a seventh the first one is the second.
    private static string Normalize(string spec)
    {
        var fields = spec.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields switch
        {
            [var macro] when macro.StartsWith('@') => Macros.GetValueOrDefault(macro)
                ?? throw new CronFormatException($"unknown macro {macro}; known are {string.Join(", ", Macros.Keys)}"),
            { Length: 5 } => string.Join(' ', fields),
            { Length: 6 or 7 } when fields[^1] == "*" => string.Join(' ', fields[..^1]),
            { Length: 6 or 7 } => throw new CronFormatException("a year other than * is not supported"),
            _ => throw new CronFormatException($"{fields.Length} fields; expected minute, hour, day of month, month and day of week"),
        };
    }

    private static CronExpression Parse(string spec) =>
        CronExpression.Parse(spec, spec.Count(c => c == ' ') == 5 ? CronFormat.IncludeSeconds : CronFormat.Standard);
}

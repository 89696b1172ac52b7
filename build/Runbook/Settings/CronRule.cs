using System.Text.RegularExpressions;
using Cronos;

namespace Runbook.Settings;

/// <summary>
/// Cron as both Nomad and Cronos read it. Where the two differ the expression is refused: a schedule that means one
/// thing in the preview and another on the cluster is worse than none.
/// </summary>
internal static partial class CronRule
{
    private static readonly string[] Macros = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@hourly"];

    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private static readonly string[] Months =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    // A year that begins on a Monday and has a leap day, and long enough to see every month.
    private static readonly DateTimeOffset Epoch = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(366);
    private const int Fewest = 3;
    private const int Most = 20_000;

    private static readonly (string Name, int Minimum, int Maximum)[] Fields =
    [
        ("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7),
    ];

    /// <summary>What is wrong with the expression; null when nothing is.</summary>
    public static string? Problem(string cron)
    {
        if (cron.StartsWith('@'))
            return Macros.Contains(cron) ? null : $"\"{cron}\" is not a macro; allowed: {string.Join(", ", Macros)}";

        var parts = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length)
            return $"\"{cron}\" has {parts.Length} fields; allowed: five (minute, hour, day of month, month, day of week) "
                + $"or {string.Join(", ", Macros)}";

        var outside = Fields.Zip(parts, OutOfRange).FirstOrDefault(problem => problem is not null);
        if (outside is not null)
            return $"\"{cron}\": {outside}";
        if (!IsAny(parts[2]) && !IsAny(parts[4]))
            return $"\"{cron}\" restricts both day of month and day of week, which Nomad reads as \"either\" and others "
                + "as \"both\"; set one of them to \"*\"";
        var different = Enumerable.Range(0, parts.Length).SelectMany(field => parts[field].Split(',').Select(item => Difference(field, item)))
            .FirstOrDefault(problem => problem is not null);
        if (different is not null)
            return $"\"{cron}\": {different}";
        try
        {
            // Cronos looks for the next four hundred years.
            return CronExpression.Parse(cron).GetNextOccurrence(Epoch.UtcDateTime) is null
                ? $"\"{cron}\" never occurs: there is no day {parts[2]} in month {parts[3]}"
                : null;
        }
        catch (CronFormatException e)
        {
            return $"\"{cron}\" is not a cron expression: {e.Message}";
        }
    }

    // Item by item, what Nomad runs and what the preview, in which Cronos reads it, would show.
    private static string? Difference(int field, string item)
    {
        var name = Fields[field].Name;
        if (NomadCron.Read(field, item) is not { } nomad)
            return $"{name} is \"{item}\", which Nomad does not accept; allowed: numbers from {Fields[field].Minimum} to {Fields[field].Maximum}, "
                + "ranges (1-5), steps (*/2), lists of these, and \"*\"";
        if (nomad.Values is null)
            return null;
        if (Shown(field, item) is not { } shown)
            return $"{name} is \"{item}\", which only Nomad accepts; list the values, separated by commas";
        return nomad.Values.SetEquals(shown)
            ? null
            : $"{name} \"{item}\" means {Numbers(nomad.Values)} in Nomad and {Numbers(shown)} in cron; list the values, separated by commas"
                + (field == 4 ? ", with 0 for Sunday" : "");
    }

    private static string Numbers(IEnumerable<int> values) => string.Join(",", values);

    private static SortedSet<int>? Shown(int field, string item)
    {
        string[] only = ["0", "0", field == 4 ? "*" : "1", field == 4 ? "*" : "1", "*"];
        only[field] = item;
        try
        {
            var all = CronExpression.Parse(string.Join(' ', only)).GetOccurrences(Epoch.UtcDateTime, Epoch.UtcDateTime + Horizon, fromInclusive: true, toInclusive: false);
            // A week has every day of the week.
            return [.. (field == 4 ? all.Take(7) : all).Select(run => field switch { 0 => run.Minute, 1 => run.Hour, 2 => run.Day, 3 => run.Month, _ => (int)run.DayOfWeek })];
        }
        catch (CronFormatException)
        {
            return null;
        }
    }

    /// <summary>The runs after an instant, in order.</summary>
    public static IEnumerable<DateTimeOffset> Occurrences(string cron, string timeZone, DateTimeOffset after)
    {
        var expression = CronExpression.Parse(cron);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(timeZone);
        for (var next = WallClock.Next(expression, zone, after); next is not null; next = WallClock.Next(expression, zone, next.Value))
            yield return next.Value;
    }

    /// <summary>The next time, on the clocks of the zone, at which a run should be and is none, because they skip it; null when there is
    /// none within a year.</summary>
    public static DateTime? Skipped(string cron, string timeZone, DateTimeOffset after) =>
        WallClock.Skipped(CronExpression.Parse(cron), TimeZoneInfo.FindSystemTimeZoneById(timeZone), after, after.AddDays(366)).Cast<DateTime?>().FirstOrDefault();

    /// <summary>The longest time between two runs of any of these schedules; null when there is none. Looked for from a fixed
    /// day on, so that it is the same at any time.</summary>
    public static TimeSpan? LongestInterval(IEnumerable<(string Cron, string TimeZone)> schedules)
    {
        var each = schedules.Select(s => Occurrences(s.Cron, s.TimeZone, Epoch)
            .TakeWhile((run, i) => i < Fewest || (run < Epoch + Horizon && i < Most)).ToList()).Where(runs => runs.Count > 0).ToList();
        // Behind the end of the first of them the others alone would seem to be further apart.
        var runs = each.SelectMany(one => one.Where(run => run <= each.Min(other => other[^1]))).Order().ToList();
        return runs.Count < 2 ? null : runs.Zip(runs.Skip(1), (one, next) => next - one).Max();
    }

    private static bool IsAny(string field) => field is "*" or "?";

    private static string? OutOfRange((string Name, int Minimum, int Maximum) field, string text)
    {
        foreach (var item in text.Split(','))
        {
            // The step after "/" has a range of its own, which Cronos checks.
            var range = Number().Matches(Name().Replace(item.Split('/')[0], name => Numbered(field.Name, name.Value))).Select(match => match.Value).ToList();
            var wrong = range.FirstOrDefault(n => !int.TryParse(n, out var i) || i < field.Minimum || i > field.Maximum);
            if (wrong is not null)
                return $"{field.Name} is {wrong}; allowed: {field.Minimum} to {field.Maximum}";
            // Cronos wraps a backward range around, to Nomad it is empty.
            if (range.Count == 2 && item.Contains('-') && int.Parse(range[0]) > int.Parse(range[1]))
                return $"{field.Name} runs backwards ({item}); write two ranges, separated by a comma";
        }

        return null;
    }

    // FRI-MON runs backwards as 5-1 does.
    private static string Numbered(string field, string name)
    {
        var names = field == "month" ? Months : Days;
        var index = Array.IndexOf(names, name.ToUpperInvariant());
        return index < 0 ? name : $"{(field == "month" ? index + 1 : index)}";
    }

    [GeneratedRegex("[A-Za-z]{3}")]
    private static partial Regex Name();

    // Not the number behind "#": that counts weeks.
    [GeneratedRegex(@"(?<!#)\d+")]
    private static partial Regex Number();
}

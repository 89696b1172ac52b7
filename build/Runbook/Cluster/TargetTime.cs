using System.Globalization;
using System.Text.RegularExpressions;

namespace Runbook.Cluster;

/// <summary>A moment as an operator writes it, and as PostgreSQL takes it.</summary>
public static partial class TargetTime
{
    // .NET knows no offset beyond, and no place on earth has one.
    private const int FarthestHours = 14;

    /// <summary>Reads ISO 8601 with a blank or a T, seconds and their fractions optional. Without an offset it would be
    /// another moment on another machine.</summary>
    /// <returns>The moment, or what is wrong with the word.</returns>
    public static (DateTimeOffset At, string Problem) Parse(string word)
    {
        var match = Moment().Match(word);
        if (!match.Success)
            return (default, DayAlone().IsMatch(word)
                ? $"{word} has no time of day; write {word} 00:00Z"
                : $"{word} is no moment; write 2026-11-22 14:03:00Z or 2026-11-22T15:03:00+01:00");
        int Number(string group) => int.TryParse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture, out var n) ? n : 0;
        if (Number("month") is < 1 or > 12 || Number("year") < 1 || Number("day") is < 1 || Number("day") > DateTime.DaysInMonth(Number("year"), Number("month")))
            return (default, $"{word}: the calendar has no such day");
        if (Number("hour") > 23 || Number("minute") > 59 || Number("second") > 59)
            return (default, $"{word}: the clock has no such time");
        if (!match.Groups["zone"].Success)
            return (default, $"{word} has no time zone; write {word}Z or {word}+01:00");
        var offset = new TimeSpan(Number("zonehour"), Number("zoneminute"), 0);
        if (Number("zoneminute") > 59 || offset > TimeSpan.FromHours(FarthestHours))
            return (default, $"{word}: no time zone is that far from UTC");
        var micros = int.Parse(match.Groups["fraction"].Value.PadRight(6, '0'), CultureInfo.InvariantCulture);
        try
        {
            var local = new DateTime(Number("year"), Number("month"), Number("day"), Number("hour"), Number("minute"), Number("second"), DateTimeKind.Unspecified)
                .AddMicroseconds(micros);
            return (new DateTimeOffset(local, match.Groups["sign"].Value == "-" ? -offset : offset).ToUniversalTime(), "");
        }
        catch (ArgumentOutOfRangeException)
        {
            // Within the offset of the first or the last day that .NET knows.
            return (default, $"{word}: the calendar has no such day");
        }
    }

    /// <summary>As PostgreSQL takes it, in UTC.</summary>
    public static string Canonical(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF'+00'", CultureInfo.InvariantCulture);

    /// <summary>A canonical value, or a time that the node told; null when it is none.</summary>
    public static DateTimeOffset? Read(string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    /// <summary>In UTC, and as the operator's clock shows it where that differs.</summary>
    public static string InWords(DateTimeOffset at, TimeZoneInfo zone)
    {
        if (zone.GetUtcOffset(at) == TimeSpan.Zero)
            return Utc(at);
        var utc = at.UtcDateTime;
        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        var sameDay = local.Date == utc.Date;
        return string.Create(CultureInfo.InvariantCulture, $"{Utc(at)} ({(sameDay ? "" : $"{local:yyyy-MM-dd} ")}{local:HH:mm:ss.FFFFFF} local)");
    }

    /// <summary>In UTC, with its fractions.</summary>
    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<year>[0-9]{4})-(?<month>[0-9][0-9])-(?<day>[0-9][0-9])[ Tt](?<hour>[0-9][0-9]):(?<minute>[0-9][0-9])(:(?<second>[0-9][0-9])(\.(?<fraction>[0-9]{1,6}))?)?( ?(?<zone>[Zz]|(?<sign>[+-])(?<zonehour>[0-9][0-9])(:?(?<zoneminute>[0-9][0-9]))?))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Moment();

    [GeneratedRegex(@"^[0-9]{4}-[0-9][0-9]-[0-9][0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex DayAlone();
}

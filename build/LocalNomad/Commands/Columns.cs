using LocalNomad.Model;

namespace LocalNomad.Commands;

/// <summary>Text in columns, as Nomad's CLI lays it out.</summary>
internal static class Columns
{
    public static string Table(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        return string.Join('\n', rows.Select(row =>
            string.Join("  ", row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column])))));
    }

    public static string Pairs(params IReadOnlyList<(string Name, string Value)> pairs)
    {
        var width = pairs.Max(pair => pair.Name.Length);
        return string.Join('\n', pairs.Select(pair => $"{pair.Name.PadRight(width)} = {pair.Value}"));
    }

    public static string Time(DateTimeOffset time) => time.Offset == TimeSpan.Zero && TimeZoneInfo.Local.BaseUtcOffset == TimeSpan.Zero
        ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")
        : time.ToLocalTime().ToString("yyyy-MM-dd'T'HH:mm:sszzz");

    public static string Time(long nanoseconds) => Time(State.UnixTime.FromNanoseconds(nanoseconds));

    public static string Time(DateTime? time) => time is null ? "N/A" : Time(new DateTimeOffset(time.Value, TimeSpan.Zero));

    /// <summary>How long ago, in its two largest units.</summary>
    public static string Ago(long nanoseconds, DateTimeOffset now) => $"{Rough(now - State.UnixTime.FromNanoseconds(nanoseconds))} ago";

    public static string Rough(TimeSpan span)
    {
        if (span.TotalDays >= 1)
            return $"{(int)span.TotalDays}d{span.Hours}h";
        return Duration.Format(Duration.FromTimeSpan(TimeSpan.FromSeconds(Math.Floor(Math.Max(0, span.TotalSeconds)))));
    }
}

using System.Globalization;

namespace Host.Parameters;

/// <summary>Reads dates and durations in the one way that leaves no doubt.</summary>
internal static class MomentParser
{
    private static readonly string[] Moments =
    [
        "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", "yyyy-MM-ddTHH:mmzzz",
        "yyyy-MM-dd HH:mm:sszzz", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd HH:mmzzz",
        "yyyy-MM-dd HH:mm:ss zzz", "yyyy-MM-dd HH:mm zzz",
    ];

    private static readonly string[] LocalMoments =
        ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];

    private static readonly string[] Durations = [@"h\:mm", @"h\:mm\:ss", @"h\:mm\:ss\.FFFFFFF", @"d\.h\:mm", @"d\.h\:mm\:ss"];

    public static object? Parse(Type type, string word)
    {
        var culture = CultureInfo.InvariantCulture;
        if (type == typeof(TimeSpan))
            return TimeSpan.TryParseExact(word, Durations, culture, out var duration) ? duration : null;
        if (type == typeof(DateTimeOffset))
            return DateTimeOffset.TryParseExact(WithOffset(word), Moments, culture, DateTimeStyles.None, out var moment) ? moment : null;
        if (type == typeof(DateTime))
            return DateTime.TryParseExact(word, LocalMoments, culture, DateTimeStyles.None, out var local) ? local : null;
        if (type == typeof(DateOnly))
            return DateOnly.TryParseExact(word, "yyyy-MM-dd", culture, DateTimeStyles.None, out var date) ? date : null;
        return TimeOnly.TryParseExact(word, ["HH:mm", "HH:mm:ss"], culture, DateTimeStyles.None, out var time) ? time : null;
    }

    public static string Expected(Type type)
    {
        // TimeSpan.Parse takes "5" for five days; a moment without an offset means another one on another machine.
        if (type == typeof(TimeSpan))
            return "a duration such as 0:30 or 1:30:00 (hours:minutes:seconds)";
        if (type == typeof(DateTimeOffset))
            return "a moment with its offset, such as 2026-11-22T14:00:00Z or 2026-11-22T14:00:00+01:00";
        if (type == typeof(DateTime))
            return "a local time such as 2026-11-22T14:00:00";
        return type == typeof(DateOnly) ? "a date such as 2026-11-22" : "a time such as 14:00";
    }

    private static string WithOffset(string word) =>
        word.EndsWith('Z') || word.EndsWith('z') ? $"{word[..^1].TrimEnd()}+00:00" : word;
}

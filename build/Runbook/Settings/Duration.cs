using System.Text;
using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>Durations as Nomad writes them: <c>90s</c>, <c>5m</c>, <c>1h30m</c>.</summary>
public static partial class Duration
{
    /// <summary>Reads a duration of whole seconds.</summary>
    /// <param name="text">For example <c>1h30m</c>.</param>
    /// <returns>The duration; null when the text is none.</returns>
    public static TimeSpan? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success || text.Length == 0)
            return null;
        return new TimeSpan(Part("h"), Part("m"), Part("s"));

        int Part(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.Value) : 0;
    }

    /// <summary>Writes a duration of whole seconds.</summary>
    /// <param name="duration">Not negative.</param>
    public static string Format(TimeSpan duration)
    {
        var text = new StringBuilder();
        if (duration.TotalHours >= 1)
            text.Append($"{(int)duration.TotalHours}h");
        if (duration.Minutes > 0)
            text.Append($"{duration.Minutes}m");
        if (duration.Seconds > 0 || text.Length == 0)
            text.Append($"{duration.Seconds}s");
        return text.ToString();
    }

    // Seven digits of each keep every sum inside a TimeSpan.
    [GeneratedRegex("^(?:(?<h>[0-9]{1,7})h)?(?:(?<m>[0-9]{1,7})m)?(?:(?<s>[0-9]{1,7})s)?\\z")]
    private static partial Regex Pattern();
}

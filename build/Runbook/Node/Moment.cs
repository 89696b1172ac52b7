using System.Globalization;

namespace Runbook.Node;

/// <summary>Moments as scripts print them: seconds since 1970.</summary>
internal static class Moment
{
    /// <summary>The moment; null for a text that is none, or for 0, with which a script says that there is none.</summary>
    public static DateTimeOffset? Of(string seconds) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? DateTimeOffset.FromUnixTimeSeconds(n) : null;
}

using System.Globalization;

namespace Runbook.Plan;

/// <summary>Names of WAL segments: timeline, high part and low part of the position, eight hex digits each.</summary>
public static class WalName
{
    // Segments of 16 MB: 256 of them make one high part.
    private const uint SegmentsPerHigh = 0x100;

    /// <summary>All names from one segment to another on the same timeline, both included.</summary>
    /// <remarks>For another segment size than PostgreSQL's default of 16 MB, low parts never reach FF and names in between
    /// may not exist; ranges of a backup rarely cross a high part.</remarks>
    public static IEnumerable<string> Range(string start, string stop)
    {
        if (start.Length != 24 || stop.Length != 24)
            yield break;
        var timeline = start[..8];
        var last = Number(stop);
        for (var n = Number(start); n <= last; n++)
            yield return $"{timeline}{n / SegmentsPerHigh:X8}{n % SegmentsPerHigh:X8}";
    }

    private static ulong Number(string name) =>
        (ulong.Parse(name.AsSpan(8, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture) * SegmentsPerHigh)
        + ulong.Parse(name.AsSpan(16, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

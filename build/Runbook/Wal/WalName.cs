using System.Globalization;

namespace Runbook.Wal;

/// <summary>Names of WAL segments: timeline, high part and low part of the position, eight hex digits each. The size of a
/// segment is chosen when a cluster is made; it decides how many make one high part.</summary>
public static class WalName
{
    /// <summary>PostgreSQL's default size.</summary>
    public const long DefaultSize = 16 << 20;

    private const long HighPart = 0x1_0000_0000;

    /// <summary>All names from one segment to another on the same timeline, both included.</summary>
    public static IEnumerable<string> Range(string start, string stop, long size = DefaultSize)
    {
        if (start.Length != 24 || stop.Length != 24)
            yield break;
        var last = Number(stop, size);
        for (var n = Number(start, size); n <= last; n++)
            yield return Of(Timeline(start), n, size);
    }

    /// <summary>The name of the n-th segment as it is on a timeline.</summary>
    public static string Of(uint timeline, ulong number, long size = DefaultSize)
    {
        var perHigh = (ulong)(HighPart / size);
        return $"{timeline:X8}{number / perHigh:X8}{number % perHigh:X8}";
    }

    /// <summary>The number of a segment, counted from position 0.</summary>
    public static ulong Number(string name, long size = DefaultSize) => ((ulong)High(name) * (ulong)(HighPart / size)) + Hex(name, 16);

    /// <summary>The timeline in a name.</summary>
    public static uint Timeline(string name) => (uint)Hex(name, 0);

    /// <summary>The high part: the archive keeps a folder for each of a timeline.</summary>
    public static uint High(string name) => (uint)Hex(name, 8);

    private static ulong Hex(string name, int start) => ulong.Parse(name.AsSpan(start, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

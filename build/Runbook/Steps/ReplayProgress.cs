using System.Globalization;

namespace Runbook.Steps;

/// <summary>How far a staged server has replayed WAL, read from a line of the restore task.</summary>
/// <param name="Position">WAL position.</param>
/// <param name="End">Position at which replay is expected to end; empty when unknown.</param>
/// <param name="Commit">Time of the last commit that was replayed, ISO 8601 in UTC; empty when there is none.</param>
public sealed record ReplayProgress(string Position, string End, string Commit)
{
    private const string Prefix = "progress replay ";

    /// <summary>The position as a number of bytes.</summary>
    public ulong At => Bytes(Position);

    /// <summary>The end as a number of bytes; 0 when unknown.</summary>
    public ulong EndAt => Bytes(End);

    /// <summary>Reads a line <c>progress replay LSN END COMMIT</c>, where <c>-</c> stands for unknown; null for any other.</summary>
    public static ReplayProgress? Parse(string line)
    {
        if (!line.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        // A time may hold a blank.
        return line[Prefix.Length..].Trim().Split(' ', 3) is [var position, var end, var commit] && Bytes(position) > 0
            ? new ReplayProgress(position, end is "-" ? "" : end, commit is "-" ? "" : commit)
            : null;
    }

    private static ulong Bytes(string position) =>
        position.Split('/') is [var high, var low]
            && uint.TryParse(high, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var h)
            && uint.TryParse(low, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var l)
            ? ((ulong)h << 32) | l
            : 0;
}

using System.Globalization;

namespace Runbook.Wal;

/// <summary>WAL positions: PostgreSQL writes them as two halves in hex, such as <c>16/B374D848</c>; they are compared as numbers.</summary>
public static class Lsn
{
    /// <summary>The position as a number; null when the text is none.</summary>
    public static ulong? TryParse(string text) =>
        text.Split('/') is [var high, var low] && Half(high) is { } upper && Half(low) is { } lower ? ((ulong)upper << 32) | lower : null;

    /// <summary>The position as a number; 0 for a text that is none.</summary>
    public static ulong Parse(string text) => TryParse(text) ?? 0;

    /// <summary>The position as PostgreSQL writes it.</summary>
    public static string Text(ulong position) => $"{position >> 32:X}/{position & uint.MaxValue:X}";

    private static uint? Half(string text) =>
        text.Length is > 0 and <= 8 && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var half) ? half : null;
}

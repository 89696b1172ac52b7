using System.Globalization;

namespace Runbook.Steps;

/// <summary>How much of a repository has been read.</summary>
/// <param name="Bytes">So far.</param>
/// <param name="Total">About as many as there are; 0 when that is not known.</param>
public sealed record ReadProgress(long Bytes, long Total)
{
    private const string Prefix = "progress verify ";
    private const double All = 100;

    /// <summary>How far it is, 0 to 100; null when that is not known.</summary>
    public double? Percent => Total > 0 ? Math.Min(All, All * Bytes / Total) : null;

    /// <summary>Reads a line such as <c>progress verify 5242880</c>; null for any other.</summary>
    public static ReadProgress? Parse(string line, long total) =>
        line.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(line.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new ReadProgress(bytes, total)
            : null;
}

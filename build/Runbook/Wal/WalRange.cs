using System.Globalization;
using Runbook.Node;

namespace Runbook.Wal;

/// <summary>A stretch of WAL without a hole, on one timeline.</summary>
/// <param name="First">Name of its first segment.</param>
/// <param name="Last">Name of its last segment.</param>
/// <param name="At">When the last one was archived; for one that waits, since when it does.</param>
/// <param name="Repository">Number of the one that holds it; 0 for one that waits on the data volume.</param>
/// <param name="ArchiveId">Folder of the archive, such as <c>15-1</c>.</param>
public sealed record WalRange(string First, string Last, DateTimeOffset At, int Repository = 0, string ArchiveId = "")
{
    /// <summary>The timeline.</summary>
    public uint Timeline => WalName.Timeline(First);

    /// <summary>Whether the n-th segment of a timeline is in it.</summary>
    public bool Holds(uint timeline, ulong number, long size) =>
        Timeline == timeline && WalName.Number(First, size) <= number && number <= WalName.Number(Last, size);

    /// <summary>Reads <c>REPOSITORY ARCHIVE-ID FIRST LAST TIME</c>; null for a text that is none.</summary>
    internal static WalRange? Parse(string text) =>
        text.Split(' ') is [var repository, var id, { Length: 24 } first, { Length: 24 } last, .. var rest]
            && int.TryParse(repository, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new WalRange(first, last, Moment.Of(rest.FirstOrDefault() ?? "") ?? DateTimeOffset.UnixEpoch, number, id)
            : null;
}

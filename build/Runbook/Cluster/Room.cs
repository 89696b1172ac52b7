using System.Collections.Immutable;
using System.Globalization;
using Runbook.Node;

namespace Runbook.Cluster;

/// <summary>Room on a volume.</summary>
/// <param name="Name"><c>data</c>, or <c>repository</c> and its number.</param>
/// <param name="Free">Bytes that are free.</param>
/// <param name="Size">Bytes of the volume.</param>
/// <param name="Path">Where it is; empty in the past.</param>
public sealed record Room(string Name, long Free, long Size, string Path = "")
{
    /// <summary>The data volume, on which the spool lies, too.</summary>
    public const string Data = "data";

    /// <summary>Number of the repository; null of the data volume.</summary>
    public int? Repository => Name.StartsWith("repository", StringComparison.Ordinal)
        && int.TryParse(Name.AsSpan("repository".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    internal static Room? Parse(string text, char separator) => text.Split(separator, 4) is [var name, var free, var size, .. var path]
        && long.TryParse(free, NumberStyles.None, CultureInfo.InvariantCulture, out var freeBytes)
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var sizeBytes)
        ? new Room(name, freeBytes, sizeBytes, path.FirstOrDefault() ?? "")
        : null;
}

/// <summary>The room that there was at an earlier check.</summary>
public sealed record PastRoom(DateTimeOffset At, ImmutableArray<Room> Rooms)
{
    internal static PastRoom? Parse(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var at, .. var rooms] && Moment.Of(at) is { } moment
        ? new PastRoom(moment, [.. rooms.Select(r => Room.Parse(r, ':')).OfType<Room>()])
        : null;
}

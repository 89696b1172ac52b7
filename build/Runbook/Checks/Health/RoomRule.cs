using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;

namespace Runbook.Checks;

/// <summary>Whether there is room on the data volume and on a repository that is a directory, and for how long. Pure.</summary>
public static class RoomRule
{
    // A rate from less than this says little; from more than a day, little about now.
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(50);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(25);

    /// <summary>What was found.</summary>
    public static IEnumerable<Finding> Of(HealthLook look) =>
        look.Facts.Node?.Health is { } health ? health.Rooms.Where(r => r.Size > 0).Select(r => Of(look, health, r)) : [];

    /// <summary>How long until a volume is full, at the rate since the oldest check of the last day; null when it does not fill,
    /// or nothing tells.</summary>
    public static TimeSpan? UntilFull(HealthFacts health, Room room)
    {
        var before = health.Past.Where(p => health.Now - p.At is var ago && ago >= Shortest && ago <= Longest)
            .Select(p => (p.At, Room: p.Rooms.FirstOrDefault(r => r.Name == room.Name)))
            // A volume that was exchanged or grew begins anew.
            .FirstOrDefault(p => p.Room is not null && p.Room.Size == room.Size);
        if (before.Room is not { } then || then.Free <= room.Free)
            return null;
        var seconds = room.Free / ((then.Free - room.Free) / (health.Now - before.At).TotalSeconds);
        return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(36_500).TotalSeconds));
    }

    private static Finding Of(HealthLook look, HealthFacts health, Room room)
    {
        var percent = 100.0 * room.Free / room.Size;
        var full = UntilFull(health, room);
        var byTime = full is null ? HealthLevel.Ok : Grade.Below(full.Value.TotalSeconds, look.Limits.TimeToFull.TotalSeconds);
        var level = Grade.Worse(Grade.Below(percent, look.Limits.FreeSpace), byTime);
        var isData = room.Repository is null;
        var (free, size, until) = isData
            ? (Metrics.DataFree, Metrics.DataSize, Metrics.DataTimeToFull)
            : (Metrics.RepositoryFree, Metrics.RepositorySize, Metrics.RepositoryTimeToFull);
        return new Finding(
            level, isData ? "data-room" : "repository-room",
            FormattableString.Invariant($"{(isData ? "the data volume" : look.Of(room.Repository!.Value))} has {Words.Bytes(room.Free)} free of {Words.Bytes(room.Size)} ({percent:0} %, {room.Path}){(full is { } time ? $", full in {Words.Span(time)} at the rate of the last day" : "")}"))
        {
            Repository = room.Repository,
            Threshold = FormattableString.Invariant($"warning below {look.Limits.FreeSpace} %, critical below {CheckThresholds.CriticalBelow(look.Limits.FreeSpace):0.#} %; or {Words.Span(look.Limits.TimeToFull)} and {Words.Span(look.Limits.TimeToFull / 2)} until full"),
            Next = level == HealthLevel.Ok ? "" : isData ? "./build.sh Status lists kept directories, ./build.sh Discard --id removes one; or make the volume larger" : "make it larger, or keep less: pgbackrest.repositories[].retention",
            Measures = full is { } left ? [free.Of(room.Free), size.Of(room.Size), until.Of(left)] : [free.Of(room.Free), size.Of(room.Size)],
        };
    }
}

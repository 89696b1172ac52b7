using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Wal;
using Tests.Cluster;

namespace Tests.Restore;

/// <summary>A restore of the given cluster: its one set needs segments 4 and 5 of timeline 1, the archive holds 4 to 9.</summary>
internal static class GivenRestore
{
    public const string NewId = "20261122-160000";
    public const string OldId = "20261122-150000";

    public static readonly DateTimeOffset Now = Given.Noon.AddHours(4);

    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.CreateCustomTimeZone("there", TimeSpan.FromHours(1), "there", "there");

    public static SetProbe Whole { get; } = new(new HashSet<string>(), Wal(1, 1, 40).Archived.Keys.ToHashSet());

    public static ArchiveFacts Archive { get; } = Wal(1, 4, 9);

    /// <summary>Segments of one timeline, archived a minute apart from noon on.</summary>
    public static ArchiveFacts Wal(uint timeline, int from, int to, params TimelineFork[] history) => new()
    {
        Archived = Enumerable.Range(from, to - from + 1).ToDictionary(n => Segment(timeline, n), n => Given.Noon.AddMinutes(n)),
        History = history,
    };

    public static ArchiveFacts And(this ArchiveFacts one, ArchiveFacts other) => one with
    {
        Archived = one.Archived.Concat(other.Archived).DistinctBy(s => s.Key).ToDictionary(s => s.Key, s => s.Value),
        Local = one.Local.Concat(other.Local).ToHashSet(),
        History = [.. one.History, .. other.History],
    };

    public static ArchiveFacts Without(this ArchiveFacts archive, params int[] numbers) => archive with
    {
        Archived = archive.Archived.Where(s => !numbers.Contains((int)WalName.Number(s.Key))).ToDictionary(s => s.Key, s => s.Value),
    };

    public static ArchiveFacts WithLocal(this ArchiveFacts archive, params string[] segments) => archive with { Local = segments.ToHashSet() };

    public static string Segment(uint timeline, int number) => WalName.Of(timeline, (ulong)number);

    public static BackupSet Set(string label, int minute, uint timeline, int segment, BackupType type = BackupType.Full) => Given.Set with
    {
        Label = label, Type = type, StartedAt = Given.Noon.AddMinutes(minute - 1), FinishedAt = Given.Noon.AddMinutes(minute),
        WalStart = Segment(timeline, segment), WalStop = Segment(timeline, segment), LsnStop = $"0/{segment:X}000100",
    };

    public static ClusterFacts WithSets(params BackupSet[] sets) => Given.With(n => n with { Repository = Given.Repository with { Sets = [.. sets] } });

    public static RestoreRequest To(string kind, string value = "", bool exclusive = false) =>
        new("", new RecoveryTarget(Enum.Parse<TargetKind>(kind, ignoreCase: true), value, exclusive));

    public static RestoreRequest Time(string utc, bool exclusive = false) => To("time", $"2026-11-22 {utc}+00", exclusive);

    public static RestoreChoice Choose(ClusterFacts facts, RestoreRequest request, ArchiveFacts? archive = null) =>
        SetChoice.Choose(Given.Settings, facts, request, archive ?? Archive, Zone);

    public static RestoreLook Look(ArchiveFacts? archive = null, LastCommit? last = null) =>
        new() { Probe = Whole, Archive = archive ?? Archive, LastCommit = last, NewId = NewId, Now = Now, Zone = Zone };

    public static RestorePlan Make(ClusterFacts facts, RestoreRequest request, RestoreLook? look = null)
    {
        look ??= Look();
        return RestorePlanner.Make(Given.Settings, facts, request, Choose(facts, request, look.Archive), look);
    }
}

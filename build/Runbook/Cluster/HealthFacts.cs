using System.Collections.Immutable;
using System.Globalization;
using Runbook.Node;
using Runbook.Wal;

namespace Runbook.Cluster;

/// <summary>What the node said when it was asked for the operation <c>health</c>, beside what it always says.</summary>
public sealed record HealthFacts
{
    /// <summary>The node's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the server says of itself; null when it does not answer.</summary>
    public ServerHealth? Server { get; init; }

    /// <summary>Bytes of a WAL segment.</summary>
    public long SegmentSize { get; init; } = WalName.DefaultSize;

    /// <summary>WAL segments that wait to be archived.</summary>
    public int Waiting { get; init; }

    /// <summary>Since when the oldest of them waits; null when none does.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>The same segments as stretches.</summary>
    public ImmutableArray<WalRange> Waits { get; init; } = [];

    /// <summary>Why pgBackRest could not archive when it last tried; null when it could.</summary>
    public PushError? PushError { get; init; }

    /// <summary>What each repository holds of the WAL.</summary>
    public ImmutableArray<WalRange> Archived { get; init; } = [];

    /// <summary>Numbers of the repositories whose WAL could not be listed.</summary>
    public ImmutableArray<int> Unlisted { get; init; } = [];

    /// <summary>How the cluster's own timeline descends.</summary>
    public IReadOnlyList<TimelineFork> History { get; init; } = [];

    /// <summary>Room on the data volume and on each repository that is a directory.</summary>
    public ImmutableArray<Room> Rooms { get; init; } = [];

    /// <summary>The room at earlier checks, oldest first.</summary>
    public ImmutableArray<PastRoom> Past { get; init; } = [];

    /// <summary>Settings that only the configuration decides, and that postgresql.auto.conf of the live directory changes.</summary>
    public ImmutableArray<AlteredSetting> Altered { get; init; } = [];

    /// <summary>Bytes that wait to be archived.</summary>
    public long WaitingBytes => Waiting * SegmentSize;

    /// <summary>Reads the facts <c>health.*</c>; null when they were not asked for.</summary>
    internal static HealthFacts? Parse(FactLines facts, string text)
    {
        if (facts.Number("health.segment") is not (> 0 and var size) || Moment.Of(facts.Value("clock")) is not { } now)
            return null;
        return new HealthFacts
        {
            Now = now,
            Server = ServerHealth.Parse(facts.Value("health.server")),
            SegmentSize = size,
            Waiting = (int)facts.Number("health.waiting"),
            WaitingSince = Moment.Of(facts.Value("health.waiting").Split(' ').ElementAtOrDefault(1) ?? ""),
            Altered = [.. facts.All("health.altered").Select(AlteredSetting.Parse)],
            Waits = [.. facts.All("health.waits").Select(w => WalRange.Parse($"0 {w}")).OfType<WalRange>()],
            PushError = PushError.Parse(facts.Value("health.pusherror")),
            Archived = [.. facts.All("health.wal").Select(WalRange.Parse).OfType<WalRange>()],
            Unlisted = [.. facts.All("health.unlisted").Select(n => int.Parse(n, CultureInfo.InvariantCulture))],
            History = TimelineFork.Parse(text),
            Rooms = [.. facts.All("health.room").Select(r => Room.Parse(r, ' ')).OfType<Room>()],
            Past = [.. facts.All("health.past").Select(PastRoom.Parse).OfType<PastRoom>()],
        };
    }
}

/// <summary>What the server says of itself.</summary>
/// <param name="Recovering">It is still replaying WAL.</param>
/// <param name="Segment">The WAL segment that it writes; empty in recovery.</param>
/// <param name="FailedPushes">How often archiving failed since its statistics began.</param>
/// <param name="Failing">Archiving failed more lately than it went well.</param>
/// <param name="FailedAt">When it failed last; null when it never did.</param>
/// <param name="FailedSegment">Of what.</param>
/// <param name="ChecksumFailures">Pages whose checksum was wrong; null where the cluster has none.</param>
public sealed record ServerHealth(
    bool Recovering, string Segment, long FailedPushes, bool Failing, DateTimeOffset? FailedAt, string FailedSegment, long? ChecksumFailures)
{
    internal static ServerHealth? Parse(string text) =>
        text.Split('|') is [var recovering, var segment, var failed, var failing, var at, var name, var checksums]
            && long.TryParse(failed, CultureInfo.InvariantCulture, out var failures) && long.TryParse(checksums, CultureInfo.InvariantCulture, out var pages)
            ? new ServerHealth(recovering == "t", segment, failures, failing == "t", Moment.Of(at), name, pages < 0 ? null : pages)
            : null;
}

/// <summary>Why pgBackRest could not archive.</summary>
/// <param name="At">When it said so.</param>
/// <param name="Code">Its exit code.</param>
/// <param name="Words">Its words, on one line.</param>
public sealed record PushError(DateTimeOffset At, string Code, string Words)
{
    internal static PushError? Parse(string text) =>
        text.Split(' ', 3) is [var at, var code, var words] && Moment.Of(at) is { } moment ? new PushError(moment, code, Explain(words)) : null;

    // What pgBackRest says first is only that there was something; the next line says what.
    private static string Explain(string words)
    {
        var lines = words.Split("\\n", 3);
        var first = lines.Length > 1 ? $"{lines[0].TrimEnd(' ', ':')}: {lines[1]}" : lines[0];
        return StorageTrouble.Explain(string.Join('\n', lines.Skip(2).Prepend(first)));
    }
}

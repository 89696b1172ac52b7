using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>Whether another timeline served at the point that is asked for. After a restore, a later target can be on the timeline
/// that it left: recovery along the cluster's own timeline would end well, without the rows that existed then. Pure.</summary>
public static class TimelineDispute
{
    // No more is fetched for one question.
    private const int Looked = 64;

    /// <summary>The stretches in which the first commit decides; none where the choice is clear.</summary>
    public static ImmutableArray<WalStretch> Ask(RestoreRequest request, RestoreChoice choice, ArchiveFacts archive) =>
        [.. Rivals(request, choice, archive).Select(r => r.Stretch).Concat(Own(request, choice, archive) is { } own ? [own] : [])];

    /// <summary>Refuses a target that another timeline served, and shows both.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="choice">What was chosen for it.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="answers">To <see cref="Ask"/>, in its order.</param>
    /// <param name="zone">The operator's.</param>
    /// <exception cref="RunbookException">Another timeline has commits up to the target that the chosen one does not have.</exception>
    public static void Guard(RestoreRequest request, RestoreChoice choice, ArchiveFacts archive, IReadOnlyList<FirstCommit> answers, TimeZoneInfo zone)
    {
        var rivals = Rivals(request, choice, archive).ToList();
        if (rivals.Count == 0)
            return;
        var time = Time(request);
        // Its own commits had begun by then: it served.
        if (time is not null && Own(request, choice, archive) is not null && answers.ElementAtOrDefault(rivals.Count)?.At <= time)
            return;
        var others = rivals.Where((r, i) => Differs(r.Stretch, answers.ElementAtOrDefault(i), time)).ToList();
        if (others.Count == 0)
            return;
        var point = TargetText.InWords(request.Target, zone);
        var other = string.Join(" and ", others.Select(o => $"timeline {o.Path.Timeline}"));
        var left = Lsn.Text(others.Min(o => o.Stretch.From));
        var chosen = choice.Path!.Timeline;
        var unread = rivals.Select((_, i) => answers.ElementAtOrDefault(i)).All(a => a is null or { At: null });
        throw RunbookException.Refused(
            unread ? $"{point}: whether {other} or timeline {chosen} served then is not known, as the WAL from {left} on, where they part, cannot be read here"
            : time is not null
                ? $"at {point} {other} served, which the cluster left at WAL {left}; timeline {chosen}, which it follows now, has no commit between that position and then"
                : $"{point} exists on {other} and on timeline {chosen}: they part at WAL {left}, and the same position is another time on each",
            string.Join("; or ", others.Select(o => o.Path.Timeline).Select(t => $"{Command(request, t)} for timeline {t}{(time is null ? "" : ", with the rows of then")}")
                .Append($"{Command(request, chosen)} for timeline {chosen}{(time is null ? "" : $", as it was at WAL {left}")}")));
    }

    private static string Command(RestoreRequest request, uint timeline) =>
        $"./build.sh Restore {TargetText.Typed(request.Target)}{(request.BackupSet is "" or RestoreRequest.Newest ? "" : $" --backup-set {request.BackupSet}")}"
        + TargetText.Company(request with { Timeline = $"{timeline}" });

    private static bool Differs(WalStretch stretch, FirstCommit? first, DateTimeOffset? time) => first switch
    {
        { At: { } at } => time is null || at <= time,
        // What cannot be read cannot be ruled out.
        { Unread: false } => !stretch.Whole,
        _ => true,
    };

    private static DateTimeOffset? Time(RestoreRequest request) =>
        request.Target.Kind == TargetKind.Time ? TargetTime.Read(request.Target.Value) : null;

    // Who may have served instead, with its WAL from where the ways part.
    private static IEnumerable<(TimelinePath Path, WalStretch Stretch)> Rivals(RestoreRequest request, RestoreChoice choice, ArchiveFacts archive)
    {
        if (request.Timeline.Length > 0 || choice.Path is not { } path)
            yield break;
        var named = request.BackupSet is "" or RestoreRequest.Newest ? null : choice.Set;
        var known = TimelinePath.Known(archive.History, choice.Usable).Where(t => t != path.Timeline).ToList();
        IEnumerable<uint> rivals = known;
        if (Time(request) is { } time)
        {
            if (Began(path, archive) <= time)
                yield break;
            rivals = known.Where(t => !(Began(TimelinePath.To(t, archive.History), archive) > time))
                .OrderBy(t => Began(TimelinePath.To(t, archive.History), archive) ?? DateTimeOffset.MinValue).ThenBy(t => t).TakeLast(1);
        }
        else if (request.Target.Kind != TargetKind.Lsn)
        {
            yield break;
        }
        foreach (var rival in rivals.Select(t => TimelinePath.To(t, archive.History)))
        {
            var parted = path.PartsFrom(rival);
            // A set that only one of them leads to has decided; and so has one that ended behind the time, before they part.
            if (parted == ulong.MaxValue || (named is not null && !rival.Holds(named))
                || choice.Usable.Any(s => Lsn.Parse(s.LsnStop) <= parted && s.StartedAt > Time(request)))
                continue;
            if (Time(request) is null && (Lsn.Parse(request.Target.Value) <= parted || !Reaches(rival, Lsn.Parse(request.Target.Value), archive)))
                continue;
            var last = Time(request) is null ? Lsn.Parse(request.Target.Value) : ulong.MaxValue;
            yield return (rival, Stretch(rival, parted, last, archive));
        }
    }

    private static WalStretch? Own(RestoreRequest request, RestoreChoice choice, ArchiveFacts archive) =>
        Time(request) is not null && Rivals(request, choice, archive).Any() ? Stretch(choice.Path!, choice.Path!.Legs[^1].From, ulong.MaxValue, archive) : null;

    // When a timeline was there at the latest: its history is the first thing that it archives. None for the first of a cluster.
    private static DateTimeOffset? Began(TimelinePath path, ArchiveFacts archive)
    {
        if (path.Legs.Length == 1)
            return null;
        var own = path.Legs[^1];
        var times = archive.Archived.Where(s => WalName.Timeline(s.Key) == own.Timeline && own.Touches(WalName.Number(s.Key, archive.SegmentSize), archive.SegmentSize)).Select(s => s.Value);
        return archive.HistoryAt.TryGetValue(path.Timeline, out var at) ? times.Append(at).Min() : times.DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
    }

    private static bool Reaches(TimelinePath path, ulong position, ArchiveFacts archive) =>
        archive.Has(Segment(path, position / (ulong)archive.SegmentSize, archive.SegmentSize));

    private static WalStretch Stretch(TimelinePath path, ulong from, ulong until, ArchiveFacts archive)
    {
        var size = archive.SegmentSize;
        var segments = new List<string>();
        for (var n = from / (ulong)size; n <= until / (ulong)size && segments.Count <= Looked && archive.Has(Segment(path, n, size)); n++)
            segments.Add(Segment(path, n, size));
        return new WalStretch(from, [.. segments.Take(Looked)], segments.Count <= Looked);
    }

    private static string Segment(TimelinePath path, ulong number, long size) =>
        WalName.Of(path.Legs.Last(l => l.Touches(number, size)).Timeline, number, size);
}

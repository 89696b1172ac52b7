using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

/// <summary>A second restore: what is asked for may be on the timeline that the first one left.</summary>
public class TimelineDisputeTests
{
    // Archived a minute apart: segment 4 at 12:04.      1 ──4──5──6──7──8──9      the cluster wrote until 12:09
    // Restored at 12:20 to a point in segment 5.             └─2: 5───6            archived at 12:25 and 12:26
    private static readonly TimelineFork[] History = [new(2, 1, 0x5800000)];

    private static readonly ArchiveFacts Archive = Wal(2, 5, 6, 20).And(GivenRestore.Wal(1, 4, 9, History)) with
    {
        HistoryAt = new Dictionary<uint, DateTimeOffset> { [2] = Given.Noon.AddMinutes(20) },
    };

    private static readonly FirstCommit None = new(null, Unread: false);

    [Fact]
    public void A_time_that_the_timeline_left_behind_served_is_refused_and_both_are_shown() => Guards.ShouldRefuse(
        () => Make(GivenRestore.Time("12:08:00") with { Strategy = RestoreStrategy.Online, Pause = true }, At("12:05:30"), At("12:21:00")),
        "at 2026-11-22 12:08:00Z (13:08:00 local) timeline 1 served, which the cluster left at WAL 0/5800000; timeline 2, which it follows now, has no commit between that position and then",
        "./build.sh Restore --target-time '2026-11-22 12:08:00Z' --target-timeline 1 --online --pause for timeline 1, with the rows of then; or ./build.sh Restore --target-time '2026-11-22 12:08:00Z' --target-timeline 2 --online --pause for timeline 2, as it was at WAL 0/5800000");

    [Theory]
    // Its first commit there came later: both are the same at that time. Or the cluster's own commits had begun.
    [InlineData("12:05:20", "12:05:30", "12:21:00"), InlineData("12:08:00", "", "12:21:00"), InlineData("12:19:59.5", "12:05:30", "12:19:59.2")]
    public void A_time_at_which_both_are_the_same_or_the_own_one_served_is_not(string time, string left, string own) =>
        Should.NotThrow(() => Make(GivenRestore.Time(time), At(left), At(own)));

    [Theory]
    [InlineData("12:03:00"), InlineData("12:20:00"), InlineData("12:25:00")]
    public void Nothing_is_read_where_the_own_timeline_served(string time) => Ask(GivenRestore.Time(time)).Length.ShouldBe(time == "12:03:00" ? 2 : 0);

    [Fact]
    public void A_timeline_that_is_named_is_followed()
    {
        foreach (var request in ((string[])["1", "2"]).Select(t => GivenRestore.Time("12:08:00") with { Timeline = t }))
        {
            Ask(request).ShouldBeEmpty();
            Should.NotThrow(() => TimelineDispute.Guard(request, GivenRestore.Choose(On(2), request, Archive), Archive, [], GivenRestore.Zone));
        }
    }

    [Fact]
    public void What_cannot_be_read_cannot_be_ruled_out() =>
        Guards.ShouldRefuse(() => Make(GivenRestore.Time("12:08:00"), new FirstCommit(null, Unread: true), At("12:21:00")), "whether timeline 1 or timeline 2 served then is not known", "--target-timeline 1");

    [Fact]
    public void A_position_that_is_on_both_is_refused() => Guards.ShouldRefuse(
        () => Make(GivenRestore.To("lsn", "0/6000100"), At("12:05:30")),
        "WAL position 0/6000100 exists on timeline 1 and on timeline 2: they part at WAL 0/5800000",
        "./build.sh Restore --target-lsn 0/6000100 --target-timeline 1 for timeline 1; or ./build.sh Restore --target-lsn 0/6000100 --target-timeline 2 for timeline 2");

    [Theory]
    [InlineData("0/5700000"), InlineData("0/5800000")]
    public void A_position_before_the_fork_is_not(string position) => Ask(GivenRestore.To("lsn", position)).ShouldBeEmpty();

    [Fact]
    public void Nor_is_one_where_the_other_has_no_commit_left() => Should.NotThrow(() => Make(GivenRestore.To("lsn", "0/5900000"), None));

    // 2 was undone: 3 goes on from the end of 1, and 2 served in between.
    [Fact]
    public void A_timeline_that_was_undone_served_too()
    {
        var archive = Archive.And(Wal(3, 9, 9, 40)) with
        {
            History = [.. History, new(3, 1, 0x9800000)],
            HistoryAt = new Dictionary<uint, DateTimeOffset> { [2] = Given.Noon.AddMinutes(20), [3] = Given.Noon.AddMinutes(40) },
        };
        var request = GivenRestore.Time("12:30:00");
        TimelineDispute.Ask(request, GivenRestore.Choose(On(3), request, archive), archive)[0].Segments.ShouldBe([GivenRestore.Segment(2, 5), GivenRestore.Segment(2, 6)]);
        Guards.ShouldRefuse(
            () => GivenRestore.Make(On(3), request, GivenRestore.Look(archive) with { FirstCommits = [At("12:21:00"), At("12:41:00")] }), "timeline 2 served", "--target-timeline 2");
        Should.NotThrow(() => GivenRestore.Make(On(3), GivenRestore.Time("12:10:00"), GivenRestore.Look(archive) with { FirstCommits = [None, At("12:41:00")] }));
    }

    [Theory]
    [InlineData("fact wal.first 1 2026-11-22T12:05:30.25Z\nfact wal.first 2 none\n", true, false, false), InlineData("fact wal.first 1 unread\n", false, true, true)]
    public void Answers_are_read(string text, bool found, bool first, bool second)
    {
        var read = FirstCommit.Parse(text, 2);
        (read[0].At is not null, read[0].Unread, read[1].Unread).ShouldBe((found, first, second));
    }

    [Fact]
    public void The_archive_tells_when_a_timeline_began() =>
        ArchiveFacts.Parse("fact history.at 0000000A 1795348800\nfact history 0000000A 1 0/5800000\n").HistoryAt[10].ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1795348800));

    private static ArchiveFacts Wal(uint timeline, int from, int to, int minutes)
    {
        var wal = GivenRestore.Wal(timeline, from, to);
        return wal with { Archived = wal.Archived.ToDictionary(s => s.Key, s => s.Value.AddMinutes(minutes)) };
    }

    private static ClusterFacts On(uint timeline)
    {
        var facts = GivenRestore.WithSets(GivenRestore.Set("A", 1, 1, 4));
        return facts with { Node = facts.Node! with { Timeline = timeline } };
    }

    private static FirstCommit At(string time) => time.Length == 0 ? None : new(DateTimeOffset.Parse($"2026-11-22T{time}Z", System.Globalization.CultureInfo.InvariantCulture), Unread: false);

    private static System.Collections.Immutable.ImmutableArray<WalStretch> Ask(RestoreRequest request) =>
        TimelineDispute.Ask(request, GivenRestore.Choose(On(2), request, Archive), Archive);

    private static RestorePlan Make(RestoreRequest request, params FirstCommit[] answers) =>
        GivenRestore.Make(On(2), request, GivenRestore.Look(Archive) with { FirstCommits = answers });
}

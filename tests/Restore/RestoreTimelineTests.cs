using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

public class RestoreTimelineTests
{
    // 1 ──4──5─┬─6──7──8        A ends in 4 of timeline 1, B in 7 of it
    //          └─2: 5──6─┬─7    C ends in 6 of timeline 2
    //                    └─3: 6──7
    private static readonly TimelineFork[] History = [new(2, 1, 0x5800000), new(3, 1, 0x5800000), new(3, 2, 0x6800000)];

    private static readonly ArchiveFacts Archive = GivenRestore.Wal(1, 4, 8, History).And(GivenRestore.Wal(2, 5, 7)).And(GivenRestore.Wal(3, 6, 7));

    private static readonly BackupSet[] Sets = [GivenRestore.Set("A", 10, 1, 4), GivenRestore.Set("B", 20, 1, 7), GivenRestore.Set("C", 30, 2, 6)];

    [Theory]
    // The cluster's own; else the newest on the way to which a set lies.
    [InlineData("", 1u, "B", "1"), InlineData("", 2u, "C", "2"), InlineData("", 3u, "C", "3"), InlineData("", 9u, "C", "3"), InlineData("", 0u, "C", "3")]
    [InlineData("1", 3u, "B", "1"), InlineData("2", 3u, "C", "2"), InlineData("latest", 1u, "C", "3"), InlineData("current", 1u, "C", "current")]
    public void The_set_lies_on_the_way_that_is_followed(string asked, uint own, string label, string timeline)
    {
        var choice = Choose(own, GivenRestore.To("latest") with { Timeline = asked });
        (choice.Set.Label, choice.Timeline).ShouldBe((label, timeline));
    }

    [Theory]
    [InlineData("A", "", 2u, "2"), InlineData("B", "", 2u, "1"), InlineData("B", "", 0u, "1"), InlineData("A", "", 0u, "3"), InlineData("A", "current", 3u, "current"), InlineData("A", "1", 3u, "1")]
    public void A_named_set_decides_which_ways_are_open(string label, string asked, uint own, string timeline) =>
        Choose(own, GivenRestore.To("latest") with { BackupSet = label, Timeline = asked }).Timeline.ShouldBe(timeline);

    [Theory]
    [InlineData("2", "backup set B (timeline 1, ends at 0/7000100) is not on the path to timeline 2 (timeline 1 until 0/5800000, timeline 2)", "--backup-set C")]
    [InlineData("latest", "is not on the path to timeline 3 (timeline 1 until 0/5800000, timeline 2 until 0/6800000, timeline 3)", "--target-timeline current")]
    [InlineData("9", "timeline 9 is unknown to the archive; it knows 1, 2, 3", "--target-timeline current")]
    public void A_way_that_leads_past_the_set_is_refused(string asked, string reason, string next) => Guards.ShouldRefuse(
        () => Choose(1, GivenRestore.To("latest") with { BackupSet = "B", Timeline = asked }), reason, next);

    [Fact]
    public void A_way_on_which_no_set_lies_is_refused() => Guards.ShouldRefuse(
        () => GivenRestore.Choose(GivenRestore.WithSets(Sets[1]), GivenRestore.To("latest") with { Timeline = "2" }, Archive),
        "no backup set is on the path to timeline 2", "./build.sh Backups");

    [Fact]
    public void For_a_time_the_newest_set_on_the_way_counts_not_the_newest_of_all() =>
        Choose(3, GivenRestore.Time("12:25:00")).Set.Label.ShouldBe("A");

    [Theory]
    [InlineData("0/57FFFFF", true), InlineData("0/5800000", true), InlineData("0/5800001", false), InlineData("0/7000100", false)]
    public void A_set_that_ended_after_the_fork_is_not_on_the_way(string end, bool holds) =>
        TimelinePath.To(2, [new TimelineFork(2, 1, 0x5800000)]).Holds(Sets[0] with { LsnStop = end }).ShouldBe(holds);

    [Fact]
    public void What_was_begun_tells_its_timeline_while_the_cluster_cannot()
    {
        var facts = GivenRestore.WithSets(Sets);
        facts = facts with { Node = facts.Node! with { Timeline = 0, Restore = Given.Restore("copying", "A", "latest") with { Timeline = "2" } } };
        GivenRestore.Choose(facts, GivenRestore.To("latest"), Archive).Timeline.ShouldBe("2");
        GivenRestore.Choose(facts, GivenRestore.To("latest") with { Timeline = "3" }, Archive).Timeline.ShouldBe("3");
    }

    [Fact]
    public void The_end_of_a_set_follows_none() => Choose(3, GivenRestore.To("immediate")).Timeline.ShouldBeEmpty();

    [Theory]
    [InlineData("", 1u, "0"), InlineData("latest", 1u, "0")]
    public void The_archive_is_listed_from_the_set_on_that_is_likely(string set, uint own, string high) =>
        SetChoice.Search(Given.Settings, With(own), GivenRestore.To("latest") with { BackupSet = set }).ShouldBe(("15-1", uint.Parse(high)));

    [Fact]
    public void The_archive_is_listed_by_high_parts() => SetChoice.Search(
        Given.Settings, GivenRestore.WithSets(Sets[0], GivenRestore.Set("D", 40, 2, 0x305)), GivenRestore.To("latest")).ShouldBe(("15-1", 3u));

    private static ClusterFacts With(uint own)
    {
        var facts = GivenRestore.WithSets(Sets);
        return facts with { Node = facts.Node! with { Timeline = own } };
    }

    private static RestoreChoice Choose(uint own, RestoreRequest request) => GivenRestore.Choose(With(own), request, Archive);
}

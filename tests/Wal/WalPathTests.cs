using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Tests.Restore;
using Xunit;

namespace Tests.Wal;

public class WalPathTests
{
    private static readonly TimelineFork Fork = new(2, 1, 0x5800000);

    public static TheoryData<string, ArchiveFacts, uint, string, string, bool> Walks => new()
    {
        // what, archive, timeline; end, missing, gap
        { "whole", GivenRestore.Wal(1, 4, 9), 1, "0/A000000", "00000001000000000000000A", false },
        { "older WAL does not matter", GivenRestore.Wal(1, 1, 9).Without(2, 3), 1, "0/A000000", "00000001000000000000000A", false },
        { "a gap", GivenRestore.Wal(1, 4, 9).Without(7), 1, "0/7000000", "000000010000000000000007", true },
        { "two gaps: the first counts", GivenRestore.Wal(1, 4, 9).Without(6, 8), 1, "0/6000000", "000000010000000000000006", true },
        { "the first is missing", GivenRestore.Wal(1, 5, 9), 1, "0/4000000", "000000010000000000000004", true },
        { "nothing", GivenRestore.Wal(1, 4, 9).Without(4, 5, 6, 7, 8, 9), 1, "0/4000000", "000000010000000000000004", false },
        { "the disk has the last", GivenRestore.Wal(1, 4, 8).WithLocal(GivenRestore.Segment(1, 9)), 1, "0/A000000", "00000001000000000000000A", false },
        { "the disk fills the gap", GivenRestore.Wal(1, 4, 9).Without(7).WithLocal(GivenRestore.Segment(1, 7)), 1, "0/A000000", "00000001000000000000000A", false },
        { "the disk lies behind the gap", GivenRestore.Wal(1, 4, 6).WithLocal(GivenRestore.Segment(1, 8)), 1, "0/7000000", "000000010000000000000007", true },
        { "another timeline behind is no gap", GivenRestore.Wal(1, 4, 6).And(GivenRestore.Wal(3, 8, 9)), 1, "0/7000000", "000000010000000000000007", false },
        { "over a fork", GivenRestore.Wal(1, 4, 5).And(GivenRestore.Wal(2, 5, 7, Fork)), 2, "0/8000000", "000000020000000000000008", false },
        { "the descendant's file is enough", GivenRestore.Wal(1, 4, 4).And(GivenRestore.Wal(2, 5, 7, Fork)), 2, "0/8000000", "000000020000000000000008", false },
        { "the ancestor's file ends at the fork", GivenRestore.Wal(1, 4, 6).And(GivenRestore.Wal(2, 6, 7, Fork)), 2, "0/5800000", "000000020000000000000005", true },
        { "nothing of the descendant yet", GivenRestore.Wal(1, 4, 9).And(GivenRestore.Wal(3, 1, 1, Fork)), 2, "0/5800000", "000000020000000000000005", false },
        { "the ancestor's WAL behind the fork does not count", GivenRestore.Wal(1, 4, 9).And(GivenRestore.Wal(2, 5, 5, Fork)), 2, "0/6000000", "000000020000000000000006", false },
        { "a descendant is not on the way", GivenRestore.Wal(1, 4, 5).And(GivenRestore.Wal(2, 5, 7, Fork)), 1, "0/6000000", "000000010000000000000006", false },
        { "a fork on a boundary", GivenRestore.Wal(1, 4, 5).And(GivenRestore.Wal(2, 6, 7, new TimelineFork(2, 1, 0x6000000))), 2, "0/8000000", "000000020000000000000008", false },
        {
            "two forks in one segment", GivenRestore.Wal(1, 4, 5).And(GivenRestore.Wal(3, 5, 6, new TimelineFork(3, 1, 0x5100000), new TimelineFork(3, 2, 0x5200000))),
            3, "0/7000000", "000000030000000000000007", false
        },
    };

    [Theory, MemberData(nameof(Walks))]
    public void WAL_is_followed_until_a_segment_is_missing(string what, ArchiveFacts archive, uint timeline, string end, string missing, bool gap)
    {
        var reach = Walk(archive, timeline);
        (Lsn.Text(reach.End), reach.Missing, reach.Gap).ShouldBe((end, missing, gap), what);
    }

    [Fact]
    public void The_newest_segments_are_looked_into_first() => Walk(GivenRestore.Wal(1, 4, 6).WithLocal(GivenRestore.Segment(1, 7)), 1)
        .Newest.ShouldBe([GivenRestore.Segment(1, 7), GivenRestore.Segment(1, 6), GivenRestore.Segment(1, 5), GivenRestore.Segment(1, 4)]);

    [Fact]
    public void Not_all_of_a_long_way_is_looked_into() => Walk(GivenRestore.Wal(1, 4, 99), 1).Newest.Length.ShouldBe(64);

    [Fact]
    public void What_the_archive_has_must_be_reached_whatever_the_disk_has()
    {
        var reach = Walk(GivenRestore.Wal(1, 4, 6).WithLocal(GivenRestore.Segment(1, 7)), 1);
        (reach.Expect, reach.ArchivedAt).ShouldBe((0x6000000ul, Given.Noon.AddMinutes(6)));
        Walk(GivenRestore.Wal(1, 4, 4).Without(4), 1).Expect.ShouldBeNull();
    }

    [Fact]
    public void Another_segment_size_counts_otherwise()
    {
        const long size = 64 << 20;
        var archive = new ArchiveFacts
        {
            Archived = WalName.Range("00000001000000000000003E", "000000010000000100000001", size).ToDictionary(s => s, _ => Given.Noon), SegmentSize = size,
        };
        var reach = WalPath.Walk(TimelinePath.To(1, []), Given.Set with { WalStart = "00000001000000000000003E" }, archive);
        (Lsn.Text(reach.End), reach.Missing).ShouldBe(("1/8000000", "000000010000000100000002"));
    }

    private static WalReach Walk(ArchiveFacts archive, uint timeline) =>
        WalPath.Walk(TimelinePath.To(timeline, archive.History), Given.Set, archive);
}

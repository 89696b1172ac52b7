using Runbook.Plan;
using Shouldly;
using Tests.Facts;
using Xunit;

namespace Tests.Plan;

public class WalTests
{
    [Theory]
    [InlineData("000000010000000000000004", "000000010000000000000004", 1)]
    [InlineData("000000010000000000000004", "000000010000000000000009", 6)]
    [InlineData("0000000200000000000000FE", "000000020000000100000001", 4)]
    [InlineData("", "", 0), InlineData("000000010000000000000005", "000000010000000000000004", 0)]
    public void A_range_holds_both_its_ends(string start, string stop, int count)
    {
        var names = WalName.Range(start, stop).ToList();
        names.Count.ShouldBe(count);
        if (count > 0)
            (names[0], names[^1]).ShouldBe((start, stop));
    }

    [Fact]
    public void A_range_crosses_a_high_part() => WalName.Range("0000000200000000000000FE", "000000020000000100000000")
        .ShouldBe(["0000000200000000000000FE", "0000000200000000000000FF", "000000020000000100000000"]);

    [Theory]
    [InlineData("0/3000028", 0x3000028ul), InlineData("16/B374D848", 0x16B374D848ul), InlineData("", 0ul)]
    public void A_position_is_a_number(string text, ulong number) => TimelineFork.Lsn(text).ShouldBe(number);

    [Fact]
    public void History_is_read_from_what_the_node_prints()
    {
        var forks = TimelineFork.Parse("noise\nfact history 00000003 1 0/3000028\nfact history 0000000A 3 1/0\nfact segment X\n");
        forks.ShouldBe([new TimelineFork(3, 1, 0x3000028), new TimelineFork(10, 3, 0x100000000)]);
    }

    [Theory]
    // The set ends at 0/5000100 on timeline 1.
    [InlineData(1u, 0x5000100ul, true), InlineData(1u, 0x5000101ul, true), InlineData(1u, 0x50000FFul, false), InlineData(2u, 0x9000000ul, false)]
    public void A_timeline_is_reachable_if_it_left_after_the_end_of_the_set(uint ancestor, ulong leftAt, bool reachable) =>
        TimelineFork.Reachable(Given.Set, [new TimelineFork(7, ancestor, leftAt)]).Contains(7u).ShouldBe(reachable);

    [Fact]
    public void A_set_can_always_follow_its_own_timeline() => TimelineFork.Reachable(Given.Set, []).ShouldBe([1u]);

    [Fact]
    public void A_probe_is_read_from_what_the_node_prints()
    {
        var probe = SetProbe.Parse("fact set.whole A\nfact set.broken B\nfact segment 000000010000000000000004\r\nlog\n", "");
        probe.BrokenSets.ShouldBe(["B"]);
        probe.Segments.ShouldBe(["000000010000000000000004"]);
        probe.Timelines.ShouldBeEmpty();
    }
}

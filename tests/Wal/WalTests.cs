using Runbook.Wal;
using Shouldly;
using Xunit;

namespace Tests.Wal;

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

    [Theory]
    [InlineData("0000000200000000000000FE", "000000020000000100000000", 16, "0000000200000000000000FE 0000000200000000000000FF 000000020000000100000000")]
    [InlineData("000000020000000000000002", "000000020000000100000000", 1024, "000000020000000000000002 000000020000000000000003 000000020000000100000000")]
    [InlineData("000000020000000000000FFF", "000000020000000100000000", 1, "000000020000000000000FFF 000000020000000100000000")]
    public void A_range_crosses_a_high_part(string start, string stop, long megabytes, string names) =>
        WalName.Range(start, stop, megabytes << 20).ShouldBe(names.Split(' '));

    [Theory]
    [InlineData("000000010000000000000004", 16, 4ul), InlineData("0000000A0000000200000003", 16, 0x203ul), InlineData("0000000A0000000200000003", 64, 0x83ul)]
    public void A_name_is_a_timeline_and_a_number(string name, long megabytes, ulong number)
    {
        WalName.Number(name, megabytes << 20).ShouldBe(number);
        WalName.Of(WalName.Timeline(name), number, megabytes << 20).ShouldBe(name);
    }

    [Theory]
    [InlineData("0/3000028", 0x3000028ul), InlineData("16/B374D848", 0x16B374D848ul), InlineData("ffffffff/FFFFFFFF", ulong.MaxValue), InlineData("0/0", 0ul)]
    public void A_position_is_a_number(string text, ulong number)
    {
        Lsn.TryParse(text).ShouldBe(number);
        Lsn.Text(number).ShouldBe(text.ToUpperInvariant());
    }

    [Theory]
    [InlineData(""), InlineData("0"), InlineData("/"), InlineData("0/"), InlineData("/1"), InlineData("0/1/2"), InlineData("0/G")]
    [InlineData("0/100000000"), InlineData("-1/0"), InlineData("0x1/0"), InlineData(" 0/1"), InlineData("0/ 1")]
    public void Anything_else_is_no_position(string text)
    {
        Lsn.TryParse(text).ShouldBeNull();
        Lsn.Parse(text).ShouldBe(0ul);
    }

    [Fact]
    public void History_is_read_from_what_the_node_prints()
    {
        var forks = TimelineFork.Parse("noise\nfact history 00000003 1 0/3000028\r\nfact history 0000000A 3 1/0\nfact segment X\n");
        forks.ShouldBe([new TimelineFork(3, 1, 0x3000028), new TimelineFork(10, 3, 0x100000000)]);
    }
}

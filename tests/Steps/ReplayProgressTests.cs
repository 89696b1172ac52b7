using Runbook.Steps;
using Shouldly;
using Xunit;

namespace Tests.Steps;

public class ReplayProgressTests
{
    [Theory]
    [InlineData("progress replay 0/5000028 0/7000000 2026-11-22T14:02:58Z", "0/5000028", "0/7000000", "2026-11-22T14:02:58Z")]
    [InlineData("progress replay 16/B374D848 - 2026-11-22 14:02:58.12+00", "16/B374D848", "", "2026-11-22 14:02:58.12+00")]
    [InlineData("progress replay 0/5000028 - -", "0/5000028", "", "")]
    public void A_position_is_progress(string line, string position, string end, string commit) =>
        ReplayProgress.Parse(line).ShouldBe(new ReplayProgress(position, end, commit));

    [Theory]
    [InlineData(""), InlineData("progress replay"), InlineData("progress replay - - -"), InlineData("progress replay soon 0/7 -"), InlineData("fact paused r1")]
    public void Any_other_line_is_none(string line) => ReplayProgress.Parse(line).ShouldBeNull();

    [Fact]
    public void A_position_is_a_number_of_bytes() => new ReplayProgress("16/B374D848", "", "").At.ShouldBe(0x16B374D848ul);

    [Fact]
    public void Rate_way_and_rest_are_counted_from_the_first_position()
    {
        var rate = new ReplayRate();
        rate.Add(new("0/1000000", "0/3000000", ""), TimeSpan.FromSeconds(10));
        (rate.BytesPerSecond, rate.Percent, rate.Left).ShouldBe((0, 0, null));
        rate.Add(new("0/1800000", "0/3000000", ""), TimeSpan.FromSeconds(12));
        (rate.BytesPerSecond, rate.Percent, rate.Left).ShouldBe((0x400000, 25, TimeSpan.FromSeconds(6)));
        rate.Add(new("0/3800000", "0/3000000", ""), TimeSpan.FromSeconds(20));
        (rate.Percent, rate.Left).ShouldBe((100, null));
    }

    [Fact]
    public void Without_an_end_there_is_only_a_rate()
    {
        var rate = new ReplayRate();
        rate.Add(new("0/1000000", "", ""), TimeSpan.Zero);
        rate.Add(new("0/1800000", "", ""), TimeSpan.FromSeconds(2));
        (rate.BytesPerSecond, rate.Percent, rate.Left).ShouldBe((0x400000, null, null));
    }
}

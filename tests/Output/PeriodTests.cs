using Runbook.Output;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Output;

public class PeriodTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("3-5 1-2", "1-2 3-5")]
    [InlineData("1-3 2-5 5-6", "1-6")]
    [InlineData("1-9 2-3 4-4", "1-9")]
    [InlineData("4-4", "4-4")]
    public void Overlaps_and_neighbours_become_one(string some, string union) => Text(Period.Union(Read(some))).ShouldBe(union);

    [Theory]
    [InlineData("1-9", "", "1-9")]
    [InlineData("1-9", "1-9", "")]
    [InlineData("1-9", "0-10", "")]
    [InlineData("1-9", "3-5", "1-3 5-9")]
    [InlineData("1-9", "0-2 4-5 8-12", "2-4 5-8")]
    [InlineData("1-9", "9-9", "1-9")]
    [InlineData("4-4", "1-9", "")]
    [InlineData("4-4", "5-9", "4-4")]
    [InlineData("1-2 4-5", "2-4", "1-2 4-5")]
    public void What_others_have_is_taken_away(string some, string others, string left) =>
        Text(Period.Without(Read(some), [.. Read(others)])).ShouldBe(left);

    [Theory]
    [InlineData("1-4 6-9", "3-7", "3-4 6-7"), InlineData("1-2", "3-4", ""), InlineData("1-4", "4-6", "4-4")]
    public void What_both_have(string some, string others, string both) => Text(Period.Within([.. Read(some)], [.. Read(others)])).ShouldBe(both);

    private static IEnumerable<Period> Read(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Split('-')).Select(p => new Period(Given.Noon.AddHours(int.Parse(p[0])), Given.Noon.AddHours(int.Parse(p[1]))));

    private static string Text(IEnumerable<Period> periods) =>
        string.Join(' ', periods.Select(p => $"{(p.From - Given.Noon).TotalHours:0}-{(p.To - Given.Noon).TotalHours:0}"));
}

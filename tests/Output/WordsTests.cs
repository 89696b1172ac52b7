using Runbook.Output;
using Shouldly;
using Xunit;

namespace Tests.Output;

public class WordsTests
{
    [Theory]
    [InlineData(0, "0 B"), InlineData(999, "999 B"), InlineData(1000, "1.00 kB"), InlineData(12_345, "12.3 kB")]
    [InlineData(281_000_000, "281 MB"), InlineData(2_000_000_000, "2.00 GB"), InlineData(6_600_000_000_000, "6.60 TB")]
    public void Bytes_have_three_digits(long bytes, string words) => Words.Bytes(bytes).ShouldBe(words);

    [Theory]
    [InlineData(0.04, "0.0 s"), InlineData(3.44, "3.4 s"), InlineData(12, "12 s"), InlineData(75, "1 min 15 s")]
    [InlineData(7260, "2 h 1 min"), InlineData(180_000, "2 d 2 h")]
    public void Spans_have_two_units(double seconds, string words) => Words.Span(TimeSpan.FromSeconds(seconds)).ShouldBe(words);

    [Fact]
    public void Moments_are_in_UTC() =>
        Words.At(new DateTimeOffset(2026, 11, 22, 15, 0, 1, TimeSpan.FromHours(2))).ShouldBe("2026-11-22 13:00:01Z");
}

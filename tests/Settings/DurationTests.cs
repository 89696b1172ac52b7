using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Settings;

public class DurationTests
{
    [Theory]
    [InlineData("0s", 0, "0s"), InlineData("90s", 90, "1m30s"), InlineData("5m", 300, "5m"), InlineData("1h30m", 5400, "1h30m")]
    [InlineData("24h", 86400, "24h")]
    public void Durations_are_read_and_written_as_in_Nomad(string text, int seconds, string written)
    {
        var duration = Duration.Parse(text);
        duration.ShouldBe(TimeSpan.FromSeconds(seconds));
        Duration.Format(duration!.Value).ShouldBe(written);
    }

    [Theory]
    [InlineData(""), InlineData("5"), InlineData("5d"), InlineData("-5m"), InlineData("1m1h"), InlineData("1.5h"), InlineData("99999999h")]
    public void Anything_else_is_no_duration(string text) => Duration.Parse(text).ShouldBeNull();
}

using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Settings;

public class CheckThresholdTests
{
    [Theory]
    [InlineData("@hourly", "UTC", 1), InlineData("@daily", "UTC", 24), InlineData("@weekly", "UTC", 168), InlineData("@monthly", "UTC", 31 * 24), InlineData("@yearly", "UTC", 365 * 24)]
    [InlineData("0 3 * * MON-FRI", "UTC", 72), InlineData("0 */6 * * *", "UTC", 6), InlineData("0 0 1,15 * *", "UTC", 17 * 24), InlineData("17 * * * *", "UTC", 1)]
    // An hour is added when the clocks are set back.
    [InlineData("0 3 * * *", "Europe/Berlin", 25)]
    public void A_schedule_has_a_longest_time_between_two_runs(string cron, string zone, double hours) =>
        CronRule.LongestInterval([(cron, zone)]).ShouldBe(TimeSpan.FromHours(hours));

    [Fact]
    public void Schedules_fill_each_others_gaps()
    {
        CronRule.LongestInterval([("0 3 * * SUN", "UTC"), ("0 3 * * MON-SAT", "UTC")]).ShouldBe(TimeSpan.FromDays(1));
        CronRule.LongestInterval([("0 3 * * MON-FRI", "UTC"), ("0 12 * * SUN", "UTC")]).ShouldBe(TimeSpan.FromHours(57));
        CronRule.LongestInterval([]).ShouldBeNull();
    }

    [Fact]
    public void One_that_runs_more_often_than_can_be_counted_hides_nothing() =>
        CronRule.LongestInterval([("* * * * *", "UTC"), ("@yearly", "UTC")]).ShouldBe(TimeSpan.FromMinutes(1));

    [Fact]
    public void What_is_not_set_follows_from_the_schedules() =>
        CheckThresholds.Of(new PgbackrestSettings()).ShouldBe(new CheckThresholds(TimeSpan.FromHours(210), TimeSpan.FromHours(30), TimeSpan.FromMinutes(125)));

    [Fact]
    public void What_is_set_counts() => CheckThresholds.Of(new PgbackrestSettings { Check = new() { Cron = "", FullAge = TimeSpan.FromHours(5), BackupAge = TimeSpan.FromHours(4) } })
        .ShouldBe(new CheckThresholds(TimeSpan.FromHours(5), TimeSpan.FromHours(4), null));

    [Fact]
    public void Without_schedules_nothing_follows() => CheckThresholds.Of(new PgbackrestSettings { Schedules = new() { Full = new() { Cron = "" }, Incr = new() { Cron = "" } } })
        .ShouldBe(new CheckThresholds(null, null, TimeSpan.FromMinutes(125)));
}

using Microsoft.Extensions.Time.Testing;
using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Settings;

public class ScheduleTests
{
    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 11, 22, 14, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("@weekly", "UTC", "2026-11-29T00:00:00Z", "2026-12-06T00:00:00Z")]
    [InlineData("@daily", "UTC", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z")]
    [InlineData("30 3 * * *", "Europe/Berlin", "2026-11-23T02:30:00Z", "2026-11-24T02:30:00Z")]
    [InlineData("0 14 22 * *", "UTC", "2026-12-22T14:00:00Z", "2027-01-22T14:00:00Z")]
    public void Next_runs_are_those_after_now_in_the_schedules_own_zone(string cron, string zone, params string[] expected) =>
        new FullSchedule { Cron = cron, TimeZone = zone }.Next(Time, 2)
            .ShouldBe(expected.Select(DateTimeOffset.Parse));

    [Theory]
    // As measured with Nomad's cronexpr: an hour that the clocks skip has no run, one that they show twice has two.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00Z", "2026-03-28T01:30Z", "2026-03-30T00:30Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-10-26T01:30Z")]
    [InlineData("0 * * * *", "Europe/Berlin", "2026-03-28T23:30Z", "2026-03-29T00:00Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z")]
    [InlineData("@weekly", "Europe/Berlin", "2026-10-20T12:00Z", "2026-10-24T22:00Z", "2026-10-31T23:00Z")]
    [InlineData("30 1,2,3 * * *", "America/New_York", "2026-11-01T04:00Z", "2026-11-01T05:30Z", "2026-11-01T06:30Z", "2026-11-01T07:30Z", "2026-11-01T08:30Z")]
    [InlineData("0 0 * * *", "Africa/Cairo", "2026-04-22T12:00Z", "2026-04-22T22:00Z", "2026-04-24T21:00Z")]
    [InlineData("@yearly", "Europe/Dublin", "2026-06-01T00:00Z", "2027-01-01T00:00Z", "2028-01-01T00:00Z")]
    public void Changes_of_clocks_are_seen_as_Nomad_sees_them(string cron, string zone, string now, params string[] expected) =>
        new FullSchedule { Cron = cron, TimeZone = zone }.Next(new FakeTimeProvider(DateTimeOffset.Parse(now)), expected.Length)
            .ShouldBe(expected.Select(DateTimeOffset.Parse));

    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", "2027-03-28 02:30")]
    [InlineData("0 0 * * 5", "Africa/Cairo", "2027-04-30 00:00")]
    // No such run on that day, or another one comes within the hour.
    [InlineData("30 3 * * *", "Europe/Berlin", "")]
    [InlineData("*/30 * * * *", "Europe/Berlin", "")]
    [InlineData("0 0,1,2,3 * * *", "Europe/Berlin", "")]
    [InlineData("30 2 * * *", "UTC", "")]
    [InlineData("30 2 * * *", "Asia/Kathmandu", "")]
    public void A_run_that_clocks_skip_is_foreseen(string cron, string zone, string expected) =>
        $"{new FullSchedule { Cron = cron, TimeZone = zone }.Skipped(Time):yyyy-MM-dd HH:mm}".ShouldBe(expected);

    [Fact]
    public void A_schedule_that_is_off_never_runs() => new DiffSchedule().Next(Time, 3).ShouldBeEmpty();
}

using Microsoft.Extensions.Time.Testing;
using Runbook.Config;
using Shouldly;
using Xunit;

namespace Tests.Config;

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

    [Fact]
    public void A_schedule_that_is_off_never_runs() => new DiffSchedule().Next(Time, 3).ShouldBeEmpty();
}

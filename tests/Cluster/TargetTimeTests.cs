using Runbook.Cluster;
using Shouldly;
using Tests.Restore;
using Xunit;

namespace Tests.Cluster;

public class TargetTimeTests
{
    [Theory]
    [InlineData("2026-11-22 14:03Z", "2026-11-22 14:03:00+00"), InlineData("2026-11-22T14:03Z", "2026-11-22 14:03:00+00")]
    [InlineData("2026-11-22t14:03z", "2026-11-22 14:03:00+00"), InlineData("2026-11-22 14:03:07Z", "2026-11-22 14:03:07+00")]
    [InlineData("2026-11-22 14:03:07 Z", "2026-11-22 14:03:07+00"), InlineData("2026-11-22 14:03:07 +01:00", "2026-11-22 13:03:07+00")]
    [InlineData("2026-11-22 14:03:07.5Z", "2026-11-22 14:03:07.5+00"), InlineData("2026-11-22 14:03:07.123456Z", "2026-11-22 14:03:07.123456+00")]
    [InlineData("2026-11-22 14:03:07.000000Z", "2026-11-22 14:03:07+00"), InlineData("2026-11-22 14:03:07.120Z", "2026-11-22 14:03:07.12+00")]
    [InlineData("2026-11-22 14:03+01", "2026-11-22 13:03:00+00"), InlineData("2026-11-22 14:03+0130", "2026-11-22 12:33:00+00")]
    [InlineData("2026-11-22T14:03:00-05:30", "2026-11-22 19:33:00+00"), InlineData("2026-11-22 00:30+01:00", "2026-11-21 23:30:00+00")]
    [InlineData("2026-12-31 23:30-01:00", "2027-01-01 00:30:00+00"), InlineData("2024-02-29 12:00+14:00", "2024-02-28 22:00:00+00")]
    [InlineData("2026-11-22 14:03:00+00", "2026-11-22 14:03:00+00")]
    public void A_moment_is_read_in_any_offset_and_kept_in_UTC(string word, string value)
    {
        var (at, problem) = TargetTime.Parse(word);
        problem.ShouldBeEmpty();
        TargetTime.Canonical(at).ShouldBe(value);
        TargetTime.Read(value).ShouldBe(at);
    }

    [Theory]
    [InlineData("2026-11-22 14:03", "has no time zone; write 2026-11-22 14:03Z or 2026-11-22 14:03+01:00")]
    [InlineData("2026-11-22T14:03:07.5", "has no time zone; write 2026-11-22T14:03:07.5Z")]
    [InlineData("2026-11-22", "has no time of day; write 2026-11-22 00:00Z")]
    [InlineData("2026-02-29 12:00Z", "the calendar has no such day"), InlineData("2026-13-01 12:00Z", "the calendar has no such day")]
    [InlineData("2026-04-31 12:00Z", "the calendar has no such day"), InlineData("2026-00-10 12:00Z", "the calendar has no such day")]
    [InlineData("0000-01-01 12:00Z", "the calendar has no such day"), InlineData("2026-01-00 12:00", "the calendar has no such day")]
    [InlineData("0001-01-01 00:00+01:00", "the calendar has no such day")]
    [InlineData("2026-11-22 24:00Z", "the clock has no such time"), InlineData("2026-11-22 14:60Z", "the clock has no such time")]
    [InlineData("2026-11-22 14:03:60Z", "the clock has no such time")]
    [InlineData("2026-11-22 14:03+15:00", "no time zone is that far from UTC"), InlineData("2026-11-22 14:03+01:75", "no time zone is that far")]
    [InlineData("2026-11-22 14:03:07.1234567Z", "is no moment"), InlineData("2026-11-22 14Z", "is no moment")]
    [InlineData("22.11.2026 14:03Z", "is no moment"), InlineData("2026-11-22 2:03 pm Z", "is no moment"), InlineData("yesterday", "is no moment")]
    [InlineData("2026-11-22 14:03 CET", "is no moment"), InlineData("2026-11-22  14:03Z", "is no moment"), InlineData("2026-11-22 14:03Z\n", "is no moment")]
    [InlineData("2026-11-22 14:03:00 01:00", "is no moment"), InlineData("٢٠٢٦-11-22 14:03Z", "is no moment")]
    public void What_is_missing_or_wrong_is_named(string word, string problem) => TargetTime.Parse(word).Problem.ShouldContain(problem);

    [Theory]
    [InlineData("2026-11-22 14:00Z", "2026-11-22 14:00:00Z (15:00:00 local)")]
    [InlineData("2026-11-22 14:00:00.25Z", "2026-11-22 14:00:00.25Z (15:00:00.25 local)")]
    [InlineData("2026-11-22 23:00:01Z", "2026-11-22 23:00:01Z (2026-11-23 00:00:01 local)")]
    public void A_moment_is_shown_as_the_operators_clock_shows_it_too(string word, string words) =>
        TargetTime.InWords(TargetTime.Parse(word).At, GivenRestore.Zone).ShouldBe(words);

    [Fact]
    public void Summer_time_is_the_one_of_that_day()
    {
        var berlin = TimeZoneInfo.CreateCustomTimeZone(
            "B", TimeSpan.FromHours(1), "B", "B", "BS",
            [TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday))]);
        TargetTime.InWords(Given.Noon.AddMonths(-5), berlin).ShouldEndWith("(14:00:00 local)");
        TargetTime.InWords(Given.Noon, berlin).ShouldEndWith("(13:00:00 local)");
    }

    [Theory]
    [InlineData("time", "2026-11-22 14:00:00+00", false, "2026-11-22 14:00:00Z (15:00:00 local)", "--target-time '2026-11-22 14:00:00Z'")]
    [InlineData("time", "2026-11-22 14:00:00.5+00", true, "before 2026-11-22 14:00:00.5Z (15:00:00.5 local)", "--target-time '2026-11-22 14:00:00.5Z' --target-exclusive")]
    [InlineData("lsn", "0/3000028", false, "WAL position 0/3000028", "--target-lsn 0/3000028")]
    [InlineData("xid", "777", true, "before transaction 777", "--target-xid 777 --target-exclusive")]
    [InlineData("name", "before release", false, "restore point before release", "--target-name 'before release'")]
    [InlineData("latest", "", false, "the end of all WAL", "--recovery-target latest")]
    [InlineData("immediate", "", false, "the end of the set", "--recovery-target immediate")]
    public void A_target_reads_and_is_typed(string kind, string value, bool exclusive, string words, string typed)
    {
        var target = GivenRestore.To(kind, value, exclusive).Target;
        TargetText.InWords(target, GivenRestore.Zone).ShouldBe(words);
        TargetText.Typed(target).ShouldBe(typed);
    }
}

using Runbook.Checks;
using Runbook.Cluster;
using Shouldly;
using Xunit;

namespace Tests.Checks;

public class ArchiveRuleTests
{
    public static TheoryData<int, int, HealthLevel> Lags => new()
    {
        // segments that wait, seconds for which the first does
        { 0, 0, HealthLevel.Ok }, { 1, 300, HealthLevel.Ok }, { 1, 301, HealthLevel.Warning }, { 1, 600, HealthLevel.Warning }, { 1, 601, HealthLevel.Critical },
        { 64, 1, HealthLevel.Ok }, { 65, 1, HealthLevel.Warning }, { 129, 1, HealthLevel.Critical }, { 65, 601, HealthLevel.Critical },
    };

    [Theory, MemberData(nameof(Lags))]
    public void Waiting_long_and_waiting_in_crowds_is_told(int segments, int seconds, HealthLevel level)
    {
        var finding = ArchiveLagRule.Of(GivenHealth.Health(h => h with { Waiting = segments, WaitingSince = segments == 0 ? null : GivenHealth.Now.AddSeconds(-seconds) }))
            .Single(f => f.Check == "archive-lag");
        (finding.Level, finding.Next.Length > 0).ShouldBe((level, level != HealthLevel.Ok));
        finding.Measures.Select(m => m.Value).ShouldBe([segments, seconds, segments * 16.0 * 1048576]);
    }

    [Fact]
    public void The_reason_is_pgBackRests_own()
    {
        var finding = ArchiveLagRule.Of(GivenHealth.Health(h => h with
        {
            Server = h.Server! with { Failing = true, FailedPushes = 6, FailedAt = GivenHealth.Now, FailedSegment = "00000001000000000000000A" },
            PushError = new PushError(GivenHealth.Now, "103", "unable to find a valid repository: repo1: denied"),
        })).Last();
        finding.Level.ShouldBe(HealthLevel.Warning);
        finding.Measured.ShouldBe("archiving fails: unable to find a valid repository: repo1: denied; the last try was 2026-11-22 15:00:00Z, of 00000001000000000000000A");
        finding.Measures.Select(m => (m.Metric.Name, m.Value)).ShouldBe([("wal_archive_failing", 1), ("wal_archive_failures_total", 6)]);
    }

    [Fact]
    public void Failures_of_the_past_are_no_alarm()
    {
        var finding = ArchiveLagRule.Of(GivenHealth.Health(h => h with { Server = h.Server! with { FailedPushes = 6, FailedAt = GivenHealth.Now.AddDays(-1) } })).Last();
        (finding.Level, finding.Measured).ShouldBe((HealthLevel.Ok, "6 have failed, none since the last that went well"));
    }

    [Fact]
    public void A_server_that_does_not_answer_still_has_segments_that_wait() =>
        ArchiveLagRule.Of(GivenHealth.Health(h => h with { Server = null, Waiting = 3, WaitingSince = GivenHealth.Now.AddHours(-1) }))
            .ShouldHaveSingleItem().Measured.ShouldBe("3 WAL segments wait to be archived (50.3 MB), the oldest for 1 h 0 min");

    [Theory]
    // Of 128 MiB, by segments of 16: half is four of them, 80 % is 6.4.
    [InlineData(0, HealthLevel.Ok), InlineData(3, HealthLevel.Ok), InlineData(4, HealthLevel.Warning), InlineData(6, HealthLevel.Warning), InlineData(7, HealthLevel.Critical)]
    public void The_alarm_comes_before_anything_is_dropped(int segments, HealthLevel level)
    {
        var finding = ArchiveQueueRule.Of(GivenHealth.Health(h => h with { Waiting = segments }, GivenHealth.Settings(p => p with { ArchivePushQueueMax = 128 }))).ShouldHaveSingleItem();
        finding.Level.ShouldBe(level);
        finding.Measured.ShouldEndWith("above 134 MB all of it is dropped");
    }

    [Fact]
    public void Where_nothing_is_dropped_there_is_no_queue_to_watch() => ArchiveQueueRule.Of(GivenHealth.Health(h => h with { Waiting = 9999 })).ShouldBeEmpty();
}

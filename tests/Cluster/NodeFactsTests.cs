using Runbook.Cluster;
using Runbook.Wal;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

public class NodeFactsTests
{
    private const string Said =
        """
        noise before
        fact node db-1
        fact user postgres
        fact postgres.version 15.18
        fact disk 5000000000 9000000000
        fact data.present true
        fact data.version 15
        fact data.bytes 31000000
        fact wal.unarchived 2
        fact control.system 7711027602855647948
        fact control.state in production
        fact control.timeline 1
        fact kept r0 800 1795363521 /data/with blank/main.kept-r0
        fact kept broken
        fact restore.id 20261122-150000
        fact restore.set 20261122-140000F
        fact restore.target latest
        fact restore.phase copying
        fact restore.operator ann@desk
        fact restore.started 2026-11-22T15:00:00Z
        fact restore.unarchived 1
        fact restore.bytes 4096
        fact init.fingerprint abc
        fact secrets.fingerprint
        fact server.timeline 3
        fact server.recovering f
        fact pgbackrest.version 2.45
        fact info []
        """;

    [Fact]
    public void Facts_are_read_among_other_lines()
    {
        var facts = NodeFacts.Parse(Said, "db");
        (facts.Node, facts.PostgresVersion, facts.PgbackrestVersion).ShouldBe(("db-1", "15.18", "2.45"));
        (facts.DiskFree, facts.DataBytes, facts.UnarchivedWal).ShouldBe((5_000_000_000, 31_000_000, 2));
        (facts.DataPresent, facts.DataVersion, facts.ControlState).ShouldBe((true, "15", "in production"));
        (facts.InitFingerprint, facts.SecretsFingerprint).ShouldBe(("abc", ""));
        facts.Restore.ShouldBe(new RestoreState("20261122-150000", "20261122-140000F", "latest", "copying")
        {
            Operator = "ann@desk", StartedAt = "2026-11-22T15:00:00Z", BytesCopied = 4096, Unarchived = 1,
        });
        facts.Kept.ShouldBe([new KeptDirectory("r0", 800, DateTimeOffset.FromUnixTimeSeconds(1795363521), "/data/with blank/main.kept-r0")]);
        facts.Repository!.IsMissing.ShouldBeTrue();
    }

    [Fact]
    public void The_last_run_of_a_schedule_and_a_pause_are_read()
    {
        var facts = NodeFacts.Parse(
            """
            fact paused.since 2026-11-22T12:00:00Z
            fact paused.by ann@desk
            fact paused.reason new disks: all of them
            fact schedule.incr.due 1795348800
            fact schedule.incr.started 1795348802
            fact schedule.incr.result failed
            fact schedule.incr.code 56
            fact schedule.incr.why
            fact schedule.incr.ended 1795348900
            """, "db");
        facts.Paused.ShouldBe(new SchedulePause(Given.Noon, "ann@desk", "new disks: all of them"));
        facts.Runs.ShouldHaveSingleItem().ShouldBe(new(BackupType.Incr, new ScheduledRun(Given.Noon, RunResult.Failed)
        {
            StartedAt = Given.Noon.AddSeconds(2), EndedAt = Given.Noon.AddSeconds(100), ExitCode = 56,
        }));
        NodeFacts.Parse("", "db").Paused.ShouldBeNull();
    }

    [Theory]
    [InlineData("fact server.timeline 3\nfact control.timeline 1", 3u), InlineData("fact server.timeline\nfact control.timeline 1", 1u), InlineData("", 0u)]
    public void The_running_server_knows_its_timeline_best(string said, uint timeline) => NodeFacts.Parse(said, "db").Timeline.ShouldBe(timeline);

    [Theory]
    [InlineData("fact server.recovering t", true), InlineData("fact server.recovering f", false), InlineData("fact server.recovering ", null), InlineData("", null)]
    public void A_server_that_gives_no_answer_is_neither(string said, bool? recovering) => NodeFacts.Parse(said, "db").Recovering.ShouldBe(recovering);

    [Fact]
    public void A_repository_that_did_not_answer_says_why()
    {
        var facts = NodeFacts.Parse("fact info.error P00 ERROR: [103]: unable to find a valid repository", "db");
        facts.Repository.ShouldBeNull();
        facts.RepositoryError.ShouldStartWith("P00 ERROR: [103]");
    }

    [Fact]
    public void Nothing_said_is_nothing_known()
    {
        var facts = NodeFacts.Parse("", "db");
        (facts.DataPresent, facts.Restore, facts.Repository, facts.DiskFree).ShouldBe((false, null, null, 0));
        facts.Kept.ShouldBeEmpty();
    }

    [Fact]
    public void A_restore_under_way_says_all_that_was_asked_of_it()
    {
        NodeFacts.Parse(
            """
            fact restore.id r1
            fact restore.source repository
            fact restore.set A
            fact restore.target time
            fact restore.value 2026-11-22 14:03:00+00
            fact restore.exclusive true
            fact restore.timeline 3
            fact restore.strategy online
            fact restore.pause true
            fact restore.accept true
            fact restore.expect 0/7000000
            fact restore.phase ready
            fact restore.reachedlsn 0/5000028
            fact restore.reachedtime 2026-11-22 14:02:58.12+00
            fact restore.reachedtimeline 4
            """, "db").Restore.ShouldBe(new RestoreState("r1", "A", "time", "ready")
        {
            Value = "2026-11-22 14:03:00+00", Exclusive = true, Timeline = "3", Strategy = RestoreStrategy.Online, Pause = true, Accepted = true,
            Expect = "0/7000000", ReachedLsn = "0/5000028", ReachedTime = "2026-11-22 14:02:58.12+00", ReachedTimeline = "4",
        });
    }

    [Fact]
    public void How_far_it_is_and_for_how_long_it_has_stood()
    {
        var facts = NodeFacts.Parse(
            """
            fact clock 1795363560
            fact progress.replayed 0/5000028
            fact progress.commit 2026-11-22T14:02:58Z
            fact progress.moved 1795363521
            fact progress.end 0/7000000
            fact staged true
            fact wal.bytes 33554432
            fact last.restore 61 25400000
            fact last.ended r0 cancelled repository
            """, "db");
        facts.LastEnded.ShouldBe(new EndedRestore("r0", "cancelled", "repository"));
        facts.Progress.ShouldBe(new RestoreProgress("0/5000028", "2026-11-22T14:02:58Z", "0/7000000", TimeSpan.FromSeconds(39)));
        (facts.Staged, facts.WalBytes).ShouldBe((true, 33554432));
        facts.LastRestore.ShouldBe(new LastRestore(TimeSpan.FromSeconds(61), 25400000));
    }

    [Theory]
    [InlineData(""), InlineData("fact progress.moved 1795363521"), InlineData("fact clock 5\nfact progress.moved "), InlineData("fact last.restore 61")]
    public void What_the_node_does_not_tell_is_unknown(string said)
    {
        var facts = NodeFacts.Parse(said, "db");
        facts.Progress.ShouldBe(RestoreProgress.None);
        facts.LastRestore.ShouldBeNull();
        facts.Staged.ShouldBeFalse();
    }
}

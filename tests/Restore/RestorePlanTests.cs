using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Steps;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

public class RestorePlanTests
{
    [Fact]
    public void A_running_cluster_is_archived_and_stopped_first() => Titles(Make(Given.Running)).ShouldBe(
    [
        "archive the remaining WAL", "stop the schedules (pgbackrest-full, pgbackrest-incr)", "stop the server (job postgres)",
        $"restore set {Given.Label} to a copy, then swap",
    ]);

    [Fact]
    public void A_stopped_cluster_only_loses_its_schedules() => Titles(Make(Given.Stopped)).ShouldBe(
        ["stop the schedules (pgbackrest-full, pgbackrest-incr)", $"restore set {Given.Label} to a copy, then swap"]);

    [Fact]
    public void A_server_in_recovery_cannot_switch_its_WAL() =>
        Make(Given.With(n => n with { Recovering = true })).Procedure.Steps.ShouldNotContain(s => s is ArchiveWal);

    [Fact]
    public void On_an_empty_host_only_the_restore_is_left()
    {
        var plan = Make(Given.Absent with
        {
            Jobs = Given.Jobs("pgbackrest", "pgbackrest-restore"),
            Node = Given.Node with { DataPresent = false, SystemIdentifier = "", DataVersion = "", Recovering = null },
        });
        plan.Procedure.Steps.ShouldHaveSingleItem().ShouldBeOfType<RunRestore>().Order.Id.ShouldBe(GivenRestore.NewId);
        plan.Procedure.Notes.ShouldNotContain(n => n.Contains("kept"));
    }

    [Fact]
    public void Online_the_server_is_not_stopped()
    {
        var plan = Make(Given.Running, GivenRestore.To("latest") with { Strategy = RestoreStrategy.Online });
        plan.Procedure.Steps.Select(s => s.GetType()).ShouldBe([typeof(ArchiveWal), typeof(StopJobs), typeof(RunRestore)]);
        plan.Procedure.Steps.OfType<StopJobs>().Single().JobIds.ShouldBe(["pgbackrest-full", "pgbackrest-incr"]);
        plan.Order!.Strategy.ShouldBe(RestoreStrategy.Online);
    }

    [Theory]
    [InlineData(true, "this one is still in recovery"), InlineData(null, "none answers")]
    public void Online_somebody_must_serve(bool? recovering, string reason) => Guards.ShouldRefuse(
        () => Make(Given.With(n => n with { Recovering = recovering }), GivenRestore.To("latest") with { Strategy = RestoreStrategy.Online }),
        reason, "the same command without --online");

    [Fact]
    public void In_place_the_server_is_stopped_and_nothing_is_kept()
    {
        var plan = Make(Given.Running, GivenRestore.To("latest") with { Strategy = RestoreStrategy.InPlace });
        plan.Procedure.Steps.Select(s => s.GetType()).ShouldBe([typeof(ArchiveWal), typeof(StopJobs), typeof(StopJobs), typeof(RunRestore)]);
        plan.Procedure.Notes.ShouldContain("the live directory (900 MB) is overwritten and not kept: this cannot be undone");
    }

    public static TheoryData<RestoreRequest, RestoreOrder> Orders => new()
    {
        { GivenRestore.To("immediate"), Order(RecoveryTarget.Immediate) with { Timeline = "" } },
        { GivenRestore.To("latest"), Order(RecoveryTarget.Latest) with { Expect = "0/9000000" } },
        { GivenRestore.Time("14:03:00"), Order(new(TargetKind.Time, "2026-11-22 14:03:00+00")) },
        { GivenRestore.Time("14:03:00.5", exclusive: true) with { Pause = true }, Order(new(TargetKind.Time, "2026-11-22 14:03:00.5+00", true)) with { Pause = true } },
        { GivenRestore.To("lsn", "0/6000000") with { Timeline = "current" }, Order(new(TargetKind.Lsn, "0/6000000")) with { Timeline = "current" } },
        { GivenRestore.To("xid", "777") with { Strategy = RestoreStrategy.Online }, Order(new(TargetKind.Xid, "777")) with { Strategy = RestoreStrategy.Online } },
        { GivenRestore.To("name", "a b") with { Strategy = RestoreStrategy.InPlace }, Order(new(TargetKind.Name, "a b")) with { Strategy = RestoreStrategy.InPlace } },
    };

    [Theory, MemberData(nameof(Orders))]
    public void The_order_says_everything(RestoreRequest request, RestoreOrder order)
    {
        var plan = Make(Given.Running, request);
        plan.Order.ShouldBe(order);
        plan.Procedure.Steps.OfType<RunRestore>().Single().Order.ShouldBe(order);
    }

    [Fact]
    public void Latest_must_reach_what_is_archived_not_what_the_disk_has() =>
        GivenRestore.Make(Given.Stopped, GivenRestore.To("latest"), GivenRestore.Look(GivenRestore.Archive.WithLocal("00000001000000000000000A"))).Order!.Expect.ShouldBe("0/9000000");

    [Fact]
    public void Notes_say_what_it_costs_what_is_lost_and_what_is_kept() => Make(Given.Running).Procedure.Notes.ShouldBe(
    [
        $"set {Given.Label} (full, 1.00 GB), finished 2026-11-22 12:01:00Z, 3 h 59 min ago",
        "recovery ends with this set (--recovery-target latest also replays all WAL after it)",
        "lost: commits after 2026-11-22 12:01:00Z, the last 3 h 59 min",
        "room on the data volume: 5.00 GB free, 1.05 GB needed",
        "duration unknown: no earlier restore on this node",
        $"the live directory (900 MB) is kept as /var/lib/postgresql/15/main.kept-{GivenRestore.NewId}: Undo puts it back by rename",
    ]);

    [Theory]
    [InlineData("time", "2026-11-22 14:03:00+00", "recovery ends at 2026-11-22 14:03:00Z (15:03:00 local), on timeline 1", "lost: commits after 2026-11-22 14:03:00Z, the last 1 h 57 min")]
    [InlineData("lsn", "0/6000000", "recovery ends at WAL position 0/6000000, on timeline 1", "lost: commits after the target")]
    [InlineData("latest", "", "recovery replays all WAL after it, on timeline 1", "lost: nothing that was committed; WAL that is only in the live directory is replayed too")]
    public void Notes_echo_the_target_and_the_loss(string kind, string value, string target, string loss)
    {
        var notes = Make(Given.Running, GivenRestore.To(kind, value)).Procedure.Notes;
        notes[1].ShouldBe(target);
        notes[2].ShouldBe(loss);
    }

    [Theory]
    [InlineData("time", "2026-11-22 14:03:00+00", "lost: commits after 2026-11-22 14:03:00Z, the last 1 h 57 min and what clients write until the switch")]
    [InlineData("immediate", "", "lost: commits after 2026-11-22 12:01:00Z, the last 3 h 59 min and what clients write until the switch")]
    [InlineData("xid", "777", "lost: commits after the target and what clients write until the switch")]
    [InlineData("latest", "", "lost: nothing that was committed; WAL that is only in the live directory is replayed too")]
    public void Online_what_is_written_until_the_switch_is_lost_as_well(string kind, string value, string loss) =>
        Make(Given.Running, GivenRestore.To(kind, value) with { Strategy = RestoreStrategy.Online }).Procedure.Notes[2].ShouldBe(loss);

    [Theory]
    [InlineData("latest", "", true), InlineData("immediate", "", false), InlineData("lsn", "0/6000000", false)]
    public void Notes_say_that_a_mistake_comes_back_with_everything(string kind, string value, bool said)
    {
        var notes = Make(Given.Running, GivenRestore.To(kind, value)).Procedure.Notes;
        notes[3].StartsWith("a committed mistake, such as", StringComparison.Ordinal).ShouldBe(said);
        notes.Any(n => n.Contains("--target-time TIME", StringComparison.Ordinal)).ShouldBe(said);
    }

    [Fact]
    public void Notes_say_what_a_lost_disk_takes_with_it() => Make(
            Given.With(n => n with { DataPresent = false, Timeline = 0 }), GivenRestore.To("latest")).Procedure.Notes
        .ShouldContain("lost: what was never archived, as the data volume holds no previous directory");

    [Fact]
    public void Notes_say_when_the_live_cluster_is_left_behind()
    {
        var archive = GivenRestore.Archive.And(GivenRestore.Wal(2, 6, 9, new TimelineFork(2, 1, 0x6800000)));
        var facts = Given.With(n => n with { Timeline = 2 });
        GivenRestore.Make(facts, GivenRestore.To("latest") with { Timeline = "1" }, GivenRestore.Look(archive)).Procedure.Notes
            .ShouldContain("lost: every commit of the live cluster since it left that way (it is on timeline 2)");
    }

    [Fact]
    public void Notes_expect_what_the_last_restore_took() => RestorePlanner.Make(
            Given.Settings, Given.Running, GivenRestore.To("immediate"), GivenRestore.Choose(Given.Running, GivenRestore.To("immediate")),
            GivenRestore.Look() with { LastRestore = (TimeSpan.FromSeconds(20), 500_000_000) }).Procedure.Notes
        .ShouldContain("it may take 40 s: the last restore took 20 s for 500 MB");

    [Fact]
    public void Notes_say_how_to_look() => Make(Given.Running, GivenRestore.To("latest") with { Pause = true }).Procedure.Notes[^1]
        .ShouldBe("it stops at the target, read-only and unreachable for clients: look with ./build.sh Psql, then Accept or Undo");

    [Fact]
    public void Notes_do_not_promise_to_keep_what_was_never_started() => Make(Given.Restoring("restored", "20261121-140000F")).Procedure.Notes[^1]
        .ShouldBe($"restore {GivenRestore.OldId} was never started: its files are reused, not kept");

    private static RestoreOrder Order(RecoveryTarget target) => new() { Id = GivenRestore.NewId, Set = Given.Label, Target = target, Timeline = "1" };

    private static RestorePlan Make(ClusterFacts facts, RestoreRequest? request = null) => GivenRestore.Make(facts, request ?? GivenRestore.To("immediate"));

    private static IEnumerable<string> Titles(RestorePlan plan) => plan.Procedure.Steps.Select(s => s.Title);
}

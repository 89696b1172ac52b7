using Runbook.Facts;
using Runbook.Plan;
using Shouldly;
using Tests.Facts;
using Xunit;

namespace Tests.Plan;

public class RestorePlanTests
{
    private const string NewId = "20261122-160000";
    private const string OldId = "20261122-150000";

    private static readonly SetProbe Whole = new(
        new HashSet<string>(), new HashSet<string> { "000000010000000000000004", "000000010000000000000005" }, []);

    [Fact]
    public void A_running_cluster_is_archived_and_stopped_first() => Titles(Make(Given.Running)).ShouldBe(
    [
        "archive what is not archived yet", "stop the schedules (pgbackrest-full, pgbackrest-incr)", "stop the server (job postgres)",
        $"restore set {Given.Label} beside the live directory, then swap",
    ]);

    [Fact]
    public void A_stopped_cluster_only_loses_its_schedules() => Titles(Make(Given.Stopped)).ShouldBe(
        ["stop the schedules (pgbackrest-full, pgbackrest-incr)", $"restore set {Given.Label} beside the live directory, then swap"]);

    [Fact]
    public void A_server_in_recovery_cannot_switch_its_WAL() =>
        Make(Given.With(n => n with { Recovering = true })).Steps.ShouldNotContain(s => s is ArchiveWal);

    [Fact]
    public void On_an_empty_host_only_the_restore_is_left()
    {
        var plan = Make(Given.Absent with
        {
            Jobs = Given.Jobs("pgbackrest", "pgbackrest-restore"),
            Node = Given.Node with { DataPresent = false, SystemIdentifier = "", DataVersion = "", Recovering = null },
        });
        plan.Steps.ShouldHaveSingleItem().ShouldBeOfType<RunRestore>().Order.Id.ShouldBe(NewId);
        plan.Notes.ShouldNotContain(n => n.Contains("kept"));
    }

    [Theory]
    [InlineData("archiving", OldId), InlineData("copying", OldId), InlineData("swapping", OldId), InlineData("started", NewId)]
    public void Only_an_unfinished_restore_goes_on_under_its_id(string phase, string id) =>
        Order(Make(Given.Restoring(phase))).Id.ShouldBe(id);

    [Theory]
    [InlineData("archiving"), InlineData("copying"), InlineData("restored"), InlineData("started")]
    public void Another_set_is_a_restore_of_its_own(string phase) =>
        Order(Make(Given.Restoring(phase, set: "20261121-140000F"))).Id.ShouldBe(NewId);

    [Fact]
    public void Another_target_is_a_restore_of_its_own() =>
        Order(Make(Given.Restoring("copying"), RecoveryTarget.Latest)).Id.ShouldBe(NewId);

    [Fact]
    public void What_is_in_place_is_not_restored_again_even_without_room()
    {
        var facts = Given.Restoring("restored");
        var plan = Make(facts with { Node = facts.Node! with { DiskFree = 0 } });
        plan.Steps.ShouldBeEmpty();
        plan.Notes.ShouldBe([$"set {Given.Label} is already restored and in place (restore {OldId})"]);
    }

    [Theory]
    [InlineData("immediate", "./build.sh Restore --backup-set 20261121-140000F")]
    [InlineData("latest", "./build.sh Restore --backup-set 20261121-140000F --recovery-target latest")]
    public void Half_way_through_a_swap_only_the_same_restore_goes_on(string target, string next)
    {
        Guards.ShouldRefuse(() => Make(Given.Restoring("swapping", "20261121-140000F", target)), "half way through its swap", next);
    }

    [Fact]
    public void Notes_say_what_is_lost_and_what_is_kept() => Make(Given.Running).Notes.ShouldBe(
    [
        $"set {Given.Label} (full, 1.00 GB), finished 2026-11-22 12:01:00Z",
        "recovery ends where the set ends: commits after 2026-11-22 12:01:00Z will not be in it (--recovery-target latest replays all archived WAL)",
        "room on the data volume: 5.00 GB free, 1.05 GB needed",
        $"the live directory (900 MB) is kept as /var/lib/postgresql/15/main.kept-{NewId}",
    ]);

    [Fact]
    public void Notes_say_that_a_restore_goes_on() =>
        Make(Given.Restoring("copying")).Notes[^1].ShouldBe($"restore {OldId} was interrupted in phase copying: it goes on from there");

    [Fact]
    public void Notes_do_not_promise_to_keep_what_was_never_started() => Make(Given.Restoring("restored", "20261121-140000F")).Notes[^1]
        .ShouldBe($"restore {OldId} was never started: its files are reused, not kept");

    [Theory]
    // Timelines: 2 left 1 before the end of the set, 3 after it.
    [InlineData(1u, "1"), InlineData(3u, "3"), InlineData(2u, "3"), InlineData(9u, "3"), InlineData(0u, "3")]
    public void Latest_follows_a_timeline_that_the_set_lies_on(uint live, string followed)
    {
        var probe = Whole with { Timelines = [new TimelineFork(2, 1, 0x4000000), new TimelineFork(3, 1, 0x6000000)] };
        Order(Make(Given.With(n => n with { Timeline = live }), RecoveryTarget.Latest, probe)).Timeline.ShouldBe(followed);
    }

    [Fact]
    public void Immediate_follows_none() => Order(Make(Given.Running)).Timeline.ShouldBeEmpty();

    private static ProcedurePlan Make(ClusterFacts facts, RecoveryTarget? target = null, SetProbe? probe = null) =>
        RestorePlanner.Make(Given.Settings, facts, new RestoreRequest("latest", target ?? RecoveryTarget.Immediate), Given.Set, probe ?? Whole, NewId);

    private static RestoreOrder Order(ProcedurePlan plan) => plan.Steps.OfType<RunRestore>().Single().Order;

    private static IEnumerable<string> Titles(ProcedurePlan plan) => plan.Steps.Select(s => s.Title);
}

using Runbook;
using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Steps;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

/// <summary>What a restore on the volume means for the one that is asked for.</summary>
public class RestoreCourseTests
{
    private const string Child = "pgbackrest-restore/dispatch-1";

    [Theory]
    [InlineData("archiving", GivenRestore.OldId), InlineData("copying", GivenRestore.OldId), InlineData("recovering", GivenRestore.OldId)]
    [InlineData("paused", GivenRestore.OldId), InlineData("swapping", GivenRestore.OldId), InlineData("started", GivenRestore.NewId)]
    public void Only_an_unfinished_restore_goes_on_under_its_id(string phase, string id) =>
        GivenRestore.Make(Given.Restoring(phase), GivenRestore.To("immediate")).Order!.Id.ShouldBe(id);

    [Theory]
    [InlineData("archiving"), InlineData("copying"), InlineData("restored"), InlineData("started"), InlineData("ready")]
    public void Another_set_is_a_restore_of_its_own(string phase) =>
        GivenRestore.Make(Given.Restoring(phase, set: "20261121-140000F"), GivenRestore.To("immediate")).Order!.Id.ShouldBe(GivenRestore.NewId);

    public static TheoryData<string, RestoreState, RestoreRequest, RestoreCourse> Courses
    {
        get
        {
            var time = State("paused", "time", "2026-11-22 13:00:00+00") with { ReachedTime = "2026-11-22 12:50:00.5+00", ReachedLsn = "0/6500000" };
            var early = State("recovering", "time", "2026-11-22 13:00:00+00");
            var lsn = State("paused", "lsn", "0/6000000") with { ReachedTime = "2026-11-22 12:50:00+00", ReachedLsn = "0/6000028" };
            var end = State("paused", "immediate", "") with { Timeline = "", ReachedLsn = "0/5000100" };
            var xid = State("paused", "xid", "777") with { ReachedLsn = "0/6500000" };
            return new()
            {
                { "the same", time, GivenRestore.Time("13:00:00"), RestoreCourse.GoesOn },
                { "the same by its label", time, GivenRestore.Time("13:00:00") with { BackupSet = Given.Label }, RestoreCourse.GoesOn },
                { "the same by its timeline", time, GivenRestore.Time("13:00:00") with { Timeline = "1" }, RestoreCourse.GoesOn },
                { "another set", time, GivenRestore.Time("13:00:00") with { BackupSet = "B" }, RestoreCourse.New },
                { "another timeline", time, GivenRestore.Time("13:00:00") with { Timeline = "2" }, RestoreCourse.New },
                { "another strategy", time, GivenRestore.Time("13:00:00") with { Strategy = RestoreStrategy.Online }, RestoreCourse.New },
                { "a kept directory", time with { Source = "r0" }, GivenRestore.Time("13:00:00"), RestoreCourse.New },
                { "started", time with { Phase = "started" }, GivenRestore.Time("13:00:00"), RestoreCourse.New },
                { "the same, exclusive", time, GivenRestore.Time("13:00:00", exclusive: true), RestoreCourse.MovesOn },
                { "later", time, GivenRestore.Time("13:00:01"), RestoreCourse.MovesOn },
                { "earlier than asked, later than reached", time, GivenRestore.Time("12:50:01"), RestoreCourse.MovesOn },
                { "exactly what was reached", time, GivenRestore.Time("12:50:00.5"), RestoreCourse.MovesOn },
                { "exactly before what was reached", time, GivenRestore.Time("12:50:00.5", exclusive: true), RestoreCourse.New },
                { "earlier than reached", time, GivenRestore.Time("12:50:00.4"), RestoreCourse.New },
                { "later, not there yet", early, GivenRestore.Time("13:30:00"), RestoreCourse.MovesOn },
                { "earlier, not there yet, but who knows", early, GivenRestore.Time("12:30:00"), RestoreCourse.New },
                { "later, still copying", early with { Phase = "copying" }, GivenRestore.Time("13:30:00"), RestoreCourse.New },
                { "later, ready", early with { Phase = "ready" }, GivenRestore.Time("13:30:00"), RestoreCourse.New },
                { "later on another timeline", time, GivenRestore.Time("13:30:00") with { Timeline = "2" }, RestoreCourse.New },
                { "latest after a time", time, GivenRestore.To("latest"), RestoreCourse.MovesOn },
                { "latest after a transaction", xid, GivenRestore.To("latest"), RestoreCourse.MovesOn },
                { "latest after the end of the set", end, GivenRestore.To("latest"), RestoreCourse.MovesOn },
                { "a time after the end of the set", end, GivenRestore.Time("12:30:00"), RestoreCourse.MovesOn },
                { "a position after the end of the set", end, GivenRestore.To("lsn", "0/5000200"), RestoreCourse.MovesOn },
                { "the end of the set after a time", time, GivenRestore.To("immediate"), RestoreCourse.New },
                { "a later position", lsn, GivenRestore.To("lsn", "0/6000029"), RestoreCourse.MovesOn },
                { "the position reached", lsn, GivenRestore.To("lsn", "0/6000028"), RestoreCourse.MovesOn },
                { "an earlier position", lsn, GivenRestore.To("lsn", "0/5FFFFFF"), RestoreCourse.New },
                { "a position after a time", time, GivenRestore.To("lsn", "0/6500001"), RestoreCourse.MovesOn },
                { "a position before a time", time, GivenRestore.To("lsn", "0/6400000"), RestoreCourse.New },
                { "a transaction cannot be compared", time, GivenRestore.To("xid", "777"), RestoreCourse.New },
                { "a name cannot be compared", time, GivenRestore.To("name", "a"), RestoreCourse.New },
                { "a time after a transaction without a commit", xid, GivenRestore.Time("13:00:00"), RestoreCourse.New },
            };
        }
    }

    [Theory, MemberData(nameof(Courses))]
    public void A_request_goes_on_moves_on_or_starts_over(string what, RestoreState state, RestoreRequest request, RestoreCourse course) =>
        RestoreCourses.Of(request, state, request.Timeline.Length > 0 ? request.Timeline : "1").ShouldBe(course, what);

    [Fact]
    public void Without_a_restore_everything_is_new() => RestoreCourses.Of(GivenRestore.To("latest"), null, "1").ShouldBe(RestoreCourse.New);

    [Fact]
    public void What_is_in_place_is_not_restored_again_even_without_room()
    {
        var facts = Given.Restoring("restored");
        var plan = GivenRestore.Make(facts with { Node = facts.Node! with { DiskFree = 0 } }, GivenRestore.To("immediate"));
        plan.Order.ShouldBeNull();
        plan.Procedure.Steps.ShouldBeEmpty();
        plan.Procedure.Notes.ShouldBe([$"set {Given.Label} is already restored and in place (restore {GivenRestore.OldId})"]);
    }

    [Theory]
    [InlineData("copying", "latest"), InlineData("recovering", "latest"), InlineData("swapping", "latest"), InlineData("copying", "immediate")]
    public void A_run_that_was_killed_is_followed(string phase, string target)
    {
        var plan = GivenRestore.Make(Running(State(phase, target, "")), GivenRestore.To(target));
        plan.Procedure.Steps.ShouldHaveSingleItem().ShouldBeOfType<FollowRestore>().JobId.ShouldBe(Child);
        plan.Order!.Id.ShouldBe(GivenRestore.OldId);
    }

    [Fact]
    public void What_runs_without_a_pause_is_not_followed_by_who_wants_to_look() => Guards.ShouldRefuse(
        () => GivenRestore.Make(Running(State("copying", "latest", "")), GivenRestore.To("latest") with { Pause = true }),
        "runs without --pause", "the same command without --pause follows it, ./build.sh Undo cancels it");

    [Fact]
    public void At_its_target_it_waits_for_the_operator()
    {
        var plan = GivenRestore.Make(Running(State("paused", "latest", "") with { Pause = true }), GivenRestore.To("latest"));
        (plan.Order, plan.Procedure.Steps.Count).ShouldBe((null, 0));
        plan.Procedure.Notes.ShouldBe([$"restore {GivenRestore.OldId} is paused at its target: look with ./build.sh Psql, then ./build.sh Accept or ./build.sh Undo"]);
    }

    [Theory]
    [InlineData(false, true), InlineData(true, false)]
    public void A_look_whose_task_has_died_is_taken_up_as_a_look(bool accepted, bool pauses) =>
        GivenRestore.Make(Stopped(State("paused", "latest", "") with { Pause = true, Accepted = accepted }), GivenRestore.To("latest")).Order!.Pause.ShouldBe(pauses);

    [Fact]
    public void A_later_target_moves_on_in_the_same_restore_once_its_task_has_ended()
    {
        var state = State("paused", "time", "2026-11-22 13:00:00+00") with { ReachedTime = "2026-11-22 12:50:00+00", ReachedLsn = "0/6500000", Pause = true };
        var plan = GivenRestore.Make(Running(state), GivenRestore.Time("13:30:00"), GivenRestore.Look(last: new LastCommit(Given.Noon.AddHours(3), "")));
        plan.Procedure.Steps.Select(s => s.GetType()).ShouldBe([typeof(StopJobs), typeof(StopJobs), typeof(RunRestore)]);
        plan.Procedure.Steps[0].ShouldBeOfType<StopJobs>().JobIds.ShouldBe([Child]);
        (plan.Order!.Id, plan.Order.Pause, plan.Order.Target.Value).ShouldBe((GivenRestore.OldId, true, "2026-11-22 13:30:00+00"));
        plan.Procedure.Notes.ShouldContain($"restore {GivenRestore.OldId} continues from its current point (0/6500000)");
    }

    [Fact]
    public void An_earlier_target_starts_over_with_the_copy_as_a_head_start()
    {
        var state = State("paused", "time", "2026-11-22 13:00:00+00") with { ReachedTime = "2026-11-22 12:50:00+00", BytesCopied = 1_000_000_000 };
        var facts = Running(state);
        var plan = GivenRestore.Make(
            facts with { Node = facts.Node! with { DiskFree = 60_000_000 } }, GivenRestore.Time("12:30:00"), GivenRestore.Look(last: new LastCommit(Given.Noon.AddHours(3), "")));
        plan.Procedure.Steps[0].ShouldBeOfType<StopJobs>().JobIds.ShouldBe([Child]);
        plan.Order!.Id.ShouldBe(GivenRestore.NewId);
        plan.Procedure.Notes.ShouldContain($"restore {GivenRestore.OldId} (phase paused) is cancelled: this one starts over and reuses its copy");
    }

    [Fact]
    public void A_copy_under_way_for_another_target_is_left_alone() => Should.Throw<RunbookException>(
        () => GivenRestore.Make(Running(State("copying", "latest", "")), GivenRestore.To("immediate"))).Code.ShouldBe(ExitCode.Held);

    [Theory]
    [InlineData("ready", "latest", true), InlineData("ready", "immediate", false), InlineData("switching", "latest", false), InlineData("switching", "immediate", false)]
    public void Online_what_has_been_recovered_is_only_switched_over_to(string phase, string target, bool runsAgain)
    {
        var facts = Given.With(n => n with { Restore = State(phase, target, "") with { Strategy = RestoreStrategy.Online } });
        var plan = GivenRestore.Make(facts, GivenRestore.To(target) with { Strategy = RestoreStrategy.Online });
        plan.Order!.Id.ShouldBe(GivenRestore.OldId);
        plan.Procedure.Steps.OfType<RunRestore>().Any().ShouldBe(runsAgain);
        if (!runsAgain)
            plan.Procedure.Notes.ShouldBe([$"restore {GivenRestore.OldId} is recovered and ready for the switch"]);
    }

    [Fact]
    public void What_has_been_copied_needs_neither_set_nor_room_any_more()
    {
        var facts = Stopped(State("recovering", "latest", ""));
        var look = GivenRestore.Look(GivenRestore.Archive.Without(7)) with { Probe = GivenRestore.Whole with { BrokenSets = new HashSet<string> { Given.Label } } };
        Should.NotThrow(() => GivenRestore.Make(facts with { Node = facts.Node! with { DiskFree = 0 } }, GivenRestore.To("latest"), look));
    }

    [Fact]
    public void Notes_say_that_a_restore_goes_on() => GivenRestore.Make(Given.Restoring("copying"), GivenRestore.To("immediate")).Procedure.Notes[^1]
        .ShouldBe($"restore {GivenRestore.OldId} was interrupted in phase copying: it continues from there");

    [Theory]
    [InlineData("time", "2026-11-22 14:03:00+00", true, "./build.sh Restore --backup-set 20261122-140000F --target-time '2026-11-22 14:03:00Z' --target-exclusive --target-timeline 1 --online --pause")]
    [InlineData("immediate", "", false, "./build.sh Restore --backup-set 20261122-140000F --online --pause")]
    public void A_restore_is_taken_up_by_the_command_that_began_it(string target, string value, bool exclusive, string command) => RestoreWords.RestoreAgain(
        State("copying", target, value) with { Exclusive = exclusive, Strategy = RestoreStrategy.Online, Pause = true }).ShouldBe(command);

    private static RestoreState State(string phase, string target, string value) => Given.Restore(phase, target: target) with { Value = value, Timeline = "1" };

    private static ClusterFacts Stopped(RestoreState state) => Given.Stopped with { Node = Given.Stopped.Node! with { Restore = state } };

    private static ClusterFacts Running(RestoreState state) => Stopped(state) with { Allocations = [Given.Allocation(Child, "running")] };
}

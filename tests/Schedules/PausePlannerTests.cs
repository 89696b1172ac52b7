using Runbook;
using Runbook.Backups;
using Runbook.Cluster;
using Runbook.Deploy;
using Runbook.Restore;
using Runbook.Schedules;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Tests.Restore;
using Xunit;

namespace Tests.Schedules;

public class PausePlannerTests
{
    private static readonly SchedulePause Held = new(Given.Noon.AddHours(-5), "bob@desk", "new disks");

    private static readonly JobChange[] Changes =
    [
        Given.Change(JobRole.Postgres, "postgres"), Given.Change(JobRole.Full, "pgbackrest-full"), Given.Change(JobRole.Incr, "pgbackrest-incr"),
    ];

    [Fact]
    public void A_pause_is_written_down_before_the_schedules_are_stopped()
    {
        var plan = Pause(Given.Running, "moving the disks");
        plan.Steps[0].ShouldBe(new RecordPause(new SchedulePause(Given.Noon, "ann@desk", "moving the disks")));
        plan.Steps[1].ShouldBeOfType<HoldSchedules>().JobIds.ShouldBe(["pgbackrest-full", "pgbackrest-incr"]);
        plan.Steps.Count.ShouldBe(2);
        plan.Notes.ShouldHaveSingleItem().ShouldContain("./build.sh ResumeSchedules");
    }

    [Fact]
    public void The_cluster_goes_on_checking_itself() =>
        Pause(Given.Running with { Jobs = Given.Jobs("postgres", "pgbackrest", "pgbackrest-full", "pgbackrest-check") }, "why")
            .Steps.OfType<HoldSchedules>().Single().JobIds.ShouldBe(["pgbackrest-full"]);

    [Fact]
    public void Killed_behind_the_record_the_same_command_does_the_rest() =>
        Pause(Given.With(n => n with { Paused = Held }), Held.Reason).Steps.ShouldHaveSingleItem().ShouldBeOfType<HoldSchedules>();

    [Fact]
    public void Said_twice_it_changes_nothing_and_tells_who_was_first()
    {
        var plan = Pause(Stopped(Held), Held.Reason);
        plan.Steps.ShouldBeEmpty();
        plan.Notes[0].ShouldBe("the schedules are paused already, since 2026-11-22 07:00:00Z by bob@desk: new disks");
    }

    [Fact]
    public void Another_reason_replaces_the_first_one_and_not_its_time() =>
        Pause(Stopped(Held), "and a new controller").Steps.ShouldBe([new RecordPause(Held with { By = "ann@desk", Reason = "and a new controller" })]);

    [Fact]
    public void A_run_at_work_goes_on_and_that_is_said() =>
        Pause(Given.Running with { Allocations = [.. Given.Running.Allocations, Given.Allocation("pgbackrest-full/periodic-1795348800", "running")] }, "why")
            .Notes[0].ShouldBe("pgbackrest-full/periodic-1795348800 is running and continues to its end");

    [Theory]
    [InlineData("stopped"), InlineData("restored"), InlineData("copying")]
    public void It_is_possible_whatever_the_cluster_does(string phase)
    {
        var facts = phase == "stopped" ? Given.Stopped : Given.Restoring(phase);
        Pause(facts with { Jobs = Given.Jobs("postgres", "pgbackrest") }, "why").Steps.ShouldHaveSingleItem().ShouldBeOfType<RecordPause>();
    }

    [Fact]
    public void Without_schedules_there_is_nothing_to_pause()
    {
        Guards.ShouldRefuse(() => PausePlanner.Pause(Given.WithoutBackups, Given.Running, "why", "ann@desk", Given.Noon), "no scheduled backups", "pgbackrest.repositories");
        Guards.ShouldRefuse(() => Pause(Given.Absent, "why"), "cannot be asked", "./build.sh Deploy");
        Guards.ShouldRefuse(() => PausePlanner.Resume(Given.Settings, Given.Absent, []), "cannot be asked", "./build.sh Deploy");
    }

    [Theory]
    [InlineData(""), InlineData("  \t ")]
    public void A_reason_is_required(string reason)
    {
        var error = Should.Throw<RunbookException>(() => PausePlanner.Reason(reason));
        error.Code.ShouldBe(ExitCode.WrongUse);
        error.Next.ShouldContain("--reason");
    }

    [Fact]
    public void A_reason_is_kept_in_one_line() => PausePlanner.Reason(" two\nlines \u001b[31m  here").ShouldBe("two lines [31m here");

    [Fact]
    public void Resumed_the_schedules_are_submitted_and_the_record_goes_last()
    {
        var plan = PausePlanner.Resume(Given.Settings, Stopped(Held), Changes);
        plan.Steps.Select(s => s.Title).ShouldBe(["submit job pgbackrest-full", "submit job pgbackrest-incr", "remove the pause from the data volume"]);
        plan.Notes.ShouldBe(["paused since 2026-11-22 07:00:00Z by bob@desk: new disks"]);
    }

    [Fact]
    public void Killed_before_the_record_went_the_same_command_submits_nothing_twice() =>
        PausePlanner.Resume(Given.Settings, Stopped(Held), [.. Changes.Select(c => c with { Effect = c.Effect with { Changed = false } })])
            .Steps.ShouldHaveSingleItem().ShouldBeOfType<EndPause>();

    [Fact]
    public void What_is_not_paused_is_not_resumed()
    {
        var plan = PausePlanner.Resume(Given.Settings, Given.Running, Changes);
        plan.Steps.ShouldBeEmpty();
        plan.Notes.ShouldHaveSingleItem().ShouldStartWith("the schedules are not paused");
    }

    [Theory]
    [InlineData("", "./build.sh Deploy"), InlineData("restored", "./build.sh Revert")]
    public void A_cluster_that_does_not_serve_gets_its_schedules_from_what_brings_it_back(string phase, string next)
    {
        var facts = phase.Length == 0 ? Given.Stopped : Given.Restoring(phase);
        var plan = PausePlanner.Resume(Given.Settings, facts with { Node = facts.Node! with { Paused = Held } }, Changes);
        plan.Steps.ShouldHaveSingleItem().ShouldBeOfType<EndPause>();
        plan.Notes[1].ShouldEndWith(next);
    }

    [Theory]
    [InlineData("Deploy"), InlineData("Revert"), InlineData("Accept"), InlineData("Undo of a copy"), InlineData("Undo"), InlineData("Undo again")]
    public void Nothing_but_Resume_brings_paused_schedules_back(string procedure)
    {
        var plan = procedure switch
        {
            "Deploy" => DeployPlanner.Make(Given.Settings, Stopped(Held), [.. Changes, Given.Change(JobRole.Operations, "pgbackrest", changed: false)], "init"),
            "Revert" => RevertPlanner.Make(Given.Settings, Paused(Given.Restoring("restored")), Changes),
            "Accept" => AcceptPlanner.Make(Given.Settings, Paused(Given.Restoring("restored"), r => r with { Pause = true }), Changes),
            "Undo of a copy" => UndoPlanner.Make(Given.Settings, Paused(Given.Restoring("copying")), Changes, "", "new"),
            "Undo" => UndoPlanner.Make(Given.Settings, Paused(Given.Restoring("started"), r => r with { Source = "r0" }), Changes, "", "new"),
            _ => UndoPlanner.Make(Given.Settings, Given.With(n => n with { Paused = Held, LastEnded = new("r1", "cancelled", "repository") }), Changes, "", "new"),
        };
        (plan.Steps.Count > 0).ShouldBe(procedure != "Undo again");
        plan.Steps.Where(s => s is SubmitJob or ResubmitJob).Select(s => s.Title).ShouldAllBe(title => !title.Contains("pgbackrest-"));
        plan.Notes[^1].ShouldBe("the schedules stay paused (since 2026-11-22 07:00:00Z by bob@desk: new disks); ./build.sh ResumeSchedules resumes them");
    }

    [Fact]
    public void A_backup_on_demand_is_taken_meanwhile() =>
        BackupPlanner.Make(Given.Settings, Stopped(Held), BackupType.Full).Steps.ShouldHaveSingleItem().ShouldBeOfType<TakeBackup>();

    private static ProcedurePlan Pause(ClusterFacts facts, string reason) => PausePlanner.Pause(Given.Settings, facts, reason, "ann@desk", Given.Noon.AddMilliseconds(300));

    /// <summary>The running cluster whose schedules are paused and stopped.</summary>
    private static ClusterFacts Stopped(SchedulePause pause) => Given.With(n => n with { Paused = pause }) with
    {
        Jobs = Given.Running.Jobs.SetItem("pgbackrest-full", new("pgbackrest-full", "dead", Stopped: true)).Remove("pgbackrest-incr"),
    };

    private static ClusterFacts Paused(ClusterFacts facts, Func<RestoreState, RestoreState>? change = null) => facts with
    {
        Node = facts.Node! with { Paused = Held, Restore = change is null ? facts.Node.Restore : change(facts.Node.Restore!) },
    };
}

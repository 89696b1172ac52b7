using Runbook.Cluster;
using Runbook.Deploy;
using Runbook.Restore;
using Runbook.Settings;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Steps;

public class TerraformStepsTests
{
    [Fact]
    public void A_stop_is_one_apply_without_server_schedules_and_check()
    {
        var facts = Given.Running with { Jobs = Given.Running.Jobs.AddRange(Given.Jobs("pgbackrest-check")) };
        var apply = Of(HaltPlanner.Stop(Given.Settings, facts)).ShouldHaveSingleItem().ShouldBeOfType<ApplyTerraform>();
        apply.Title.ShouldBe("terraform apply: stop pgbackrest-full, pgbackrest-incr, pgbackrest-check, postgres");
        apply.Variables.ShouldBe(new Dictionary<string, bool> { ["check"] = false, ["schedules"] = false, ["server"] = false }, ignoreOrder: true);
        apply.Targets.ShouldBe(["nomad_job.full", "nomad_job.incr", "nomad_job.check", "nomad_job.server"]);
        apply.Stop.ShouldAllBe(s => s.EndRuns && s.Configured && !s.Purge);
    }

    [Fact]
    public void A_restore_stops_what_runs_by_Terraform_and_itself_by_nomad()
    {
        var order = new RestoreOrder { Id = "r1", Set = Given.Label, Target = RecoveryTarget.Immediate };
        var steps = Of(new ProcedurePlan("Restore", [new ArchiveWal(), .. RestorePlanner.Stopped(Given.Settings, Given.Running), new RunRestore(order)], []));
        steps.Select(s => s.GetType()).ShouldBe([typeof(ArchiveWal), typeof(ApplyTerraform), typeof(RunRestore)]);
    }

    [Fact]
    public void What_comes_between_two_of_them_stays_between()
    {
        var steps = Of(new ProcedurePlan("Revert",
            [.. Afterwards.Started(Given.Settings, [Change(JobRole.Postgres, "postgres"), Change(JobRole.Restore, "pgbackrest-restore"), Change(JobRole.Full, "pgbackrest-full"), Change(JobRole.Check, "pgbackrest-check")], "r1", [], Given.Running)], []));
        steps.Select(s => s.Title).ShouldBe(
        [
            "terraform apply: submit postgres", "submit job pgbackrest-restore", "wait until the server takes writes",
            "terraform apply: submit pgbackrest-full, pgbackrest-check", "finish restore r1", "take an incremental backup",
        ]);
        var server = steps[0].ShouldBeOfType<ApplyTerraform>();
        server.Variables.Values.ShouldAllBe(wanted => wanted);
        server.Targets.ShouldBe(["nomad_job.server"]);
    }

    [Fact]
    public void Runs_of_a_paused_schedule_are_not_ended_and_the_check_goes_on()
    {
        var hold = Of(new ProcedurePlan("PauseSchedules", [new HoldSchedules(["pgbackrest-full", "pgbackrest-diff"])], [])).ShouldHaveSingleItem().ShouldBeOfType<ApplyTerraform>();
        hold.Stop.Select(s => (s.Role, s.EndRuns)).ShouldBe([(JobRole.Full, false), (JobRole.Diff, false)]);
        hold.Variables["check"].ShouldBeTrue();
        hold.Variables["schedules"].ShouldBeFalse();
    }

    [Fact]
    public void One_off_jobs_are_stopped_by_nomad_beside()
    {
        var steps = Of(new ProcedurePlan("Destroy", [new StopJobs(["postgres", "pgbackrest"], Purge: true, "both"), new RemoveJob("pgbackrest-init")], []));
        steps[0].ShouldBeOfType<ApplyTerraform>().Stop.ShouldHaveSingleItem().Purge.ShouldBeTrue();
        steps[1].ShouldBeOfType<StopJobs>().JobIds.ShouldBe(["pgbackrest"]);
        steps[2].ShouldBe(new RemoveJob("pgbackrest-init"));
    }

    [Fact]
    public void A_schedule_that_the_configuration_no_longer_has_goes_while_the_others_stay()
    {
        var apply = Of(new ProcedurePlan("Deploy", [Submit(JobRole.Full, "pgbackrest-full"), new RemoveJob("pgbackrest-diff")], [])).ShouldHaveSingleItem().ShouldBeOfType<ApplyTerraform>();
        apply.Variables["schedules"].ShouldBeTrue();
        (apply.Start.Single().Id, apply.Stop.Single().Id).ShouldBe(("pgbackrest-full", "pgbackrest-diff"));
        apply.Targets.ShouldBe(["nomad_job.full", "nomad_job.diff"]);
    }

    [Fact]
    public void What_is_stopped_and_started_again_takes_two()
    {
        var steps = Of(new ProcedurePlan("Undo", [new StopJobs(["postgres"], false, "the server"), new ResubmitJob(Change(JobRole.Postgres, "postgres").Job)], []));
        steps.Select(s => s.Title).ShouldBe(["terraform apply: stop postgres", "terraform apply: submit postgres"]);
        var schedules = Of(new ProcedurePlan("x", [new StopJobs(["pgbackrest-incr"], false, "one"), Submit(JobRole.Full, "pgbackrest-full")], []));
        schedules.Count.ShouldBe(2, "one variable holds both");
    }

    [Fact]
    public void A_deployment_ends_with_everything_but_what_is_held_back()
    {
        IReadOnlyList<JobChange> changes =
            [Change(JobRole.Postgres, "postgres"), Change(JobRole.Operations, "pgbackrest"), Change(JobRole.Full, "pgbackrest-full"), Change(JobRole.Check, "pgbackrest-check")];
        var all = TerraformSteps.Everything(Given.Running, changes);
        (all.Targets.Count, all.Stop.Count, all.Variables.Values.All(v => v)).ShouldBe((0, 0, true));
        all.Start.Select(j => j.Id).ShouldBe(["postgres", "pgbackrest-full", "pgbackrest-check"]);

        var paused = Given.Running with { Node = Given.Node with { Paused = new(Given.Noon, "ann@desk", "disks") } };
        var held = TerraformSteps.Everything(paused, changes);
        held.Variables.Where(v => !v.Value).Select(v => v.Key).ShouldBe(["schedules"]);
        held.Start.Select(j => j.Id).ShouldBe(["postgres", "pgbackrest-check"]);

        var plan = Of(new ProcedurePlan("Deploy", [Submit(JobRole.Full, "pgbackrest-full"), all], []));
        plan.ShouldHaveSingleItem().Title.ShouldBe("terraform apply: bring what runs to what is configured");
    }

    private static JobChange Change(JobRole role, string id) => Given.Change(role, id);

    private static SubmitJob Submit(JobRole role, string id) => new(Change(role, id).Job, 7);

    private static IReadOnlyList<Step> Of(ProcedurePlan plan) => TerraformSteps.Of(Given.Settings, plan).Steps;
}

using Runbook;
using Runbook.Cluster;
using Runbook.Deploy;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Deploy;

public class DeployOutlookTests
{
    private static readonly JobChange Memory = GivenPlan.Edited(JobRole.Postgres, task: "+/- Resources {\n +/- MemoryMB: \"512\" => \"1024\"\n }");

    [Fact]
    public void Where_nothing_differs_nothing_would_be_done()
    {
        var outlook = Make(Given.Change(JobRole.Postgres, "postgres", changed: false));
        (outlook.Changes, outlook.Restart).ShouldBe((false, null));
    }

    [Fact]
    public void A_restart_of_the_running_server_is_told_with_its_reasons()
    {
        var outlook = Make(Memory);
        outlook.Changes.ShouldBeTrue();
        outlook.Restart.ShouldBe(["memory 512 -> 1024 MB"]);
        outlook.Work.ShouldBeEmpty("that the new server is waited for belongs to it");
        outlook.Notes.ShouldBe(["the server is restarted: memory 512 -> 1024 MB"]);
    }

    [Fact]
    public void A_server_that_does_not_run_is_not_restarted()
    {
        DeployOutlook.RestartOf(Given.Stopped, [Memory]).ShouldBeNull();
        DeployOutlook.RestartOf(Given.Running, [GivenPlan.Edited(JobRole.Postgres, "1 in-place update")]).ShouldBeNull();
    }

    [Fact]
    public void What_is_no_job_is_told_as_well()
    {
        var unchanged = Given.Change(JobRole.Postgres, "postgres", changed: false);
        var facts = Given.With(n => n with { InitFingerprint = "old", Repository = Given.Repository with { Sets = [] } });
        DeployOutlook.Make(Given.Settings, facts with { Jobs = Given.Jobs("postgres") }, [unchanged], secretsAreDue: true, "init").Work
            .ShouldBe(["deliver the secrets to the node", "set up databases and users", "take a full backup"]);
    }

    [Fact]
    public void Jobs_that_the_configuration_no_longer_has_would_go() =>
        DeployOutlook.Make(Given.Settings, Given.Running, [Given.Change(JobRole.Postgres, "postgres", changed: false)], secretsAreDue: false, "init").Jobs
            .Where(j => j.Effect == JobEffect.Remove).Select(j => j.Id).ShouldBe(["pgbackrest", "pgbackrest-full", "pgbackrest-incr"]);

    [Fact]
    public void Schedules_that_are_paused_are_left_alone()
    {
        var facts = Given.With(n => n with { Paused = new(Given.Noon, "ann@desk", "moving the disks") }) with { Jobs = Given.Jobs("postgres") };
        DeployOutlook.Make(Given.Settings, facts, [GivenPlan.Edited(JobRole.Full)], secretsAreDue: false, "init").Jobs[0].Effect.ShouldBe(JobEffect.None);
    }

    [Fact]
    public void A_server_that_Nomad_could_not_place_is_refused_before_anything_is_stopped()
    {
        var error = Should.Throw<RunbookException>(() => Make(Memory with { Effect = Memory.Effect with { Warnings = "Failed to place all allocations.\n* Dimension \"memory\" exhausted on 1 nodes" } }));
        error.Code.ShouldBe(ExitCode.Refused);
        error.Message.ShouldContain("Dimension \"memory\" exhausted on 1 nodes");
    }

    private static DeployOutlook Make(JobChange server) =>
        DeployOutlook.Make(Given.Settings, Given.Running with { Jobs = Given.Jobs("postgres") }, [server], secretsAreDue: false, "init");
}

using Runbook.Deploy;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Deploy;

public class HaltPlannerTests
{
    [Fact]
    public void Stop_ends_the_schedules_before_the_server()
    {
        var plan = HaltPlanner.Stop(Given.Settings, Given.Running);
        plan.Steps.Select(s => s.Title).ShouldBe(["stop the schedules (pgbackrest-full, pgbackrest-incr)", "stop the server (job postgres)"]);
        plan.Steps.Cast<StopJobs>().ShouldAllBe(s => !s.Purge);
    }

    [Fact]
    public void Stop_purges_where_that_is_configured() =>
        HaltPlanner.Stop(Given.Settings with { Nomad = Given.Settings.Nomad with { PurgeOnStop = true } }, Given.Running)
            .Steps.Cast<StopJobs>().ShouldAllBe(s => s.Purge);

    [Fact]
    public void What_is_stopped_is_not_stopped_again() =>
        HaltPlanner.Stop(Given.Settings, Given.Stopped with { Jobs = Given.Stopped.Jobs.Remove("pgbackrest-full").Remove("pgbackrest-incr") })
            .Steps.ShouldBeEmpty();

    [Fact]
    public void A_server_whose_task_still_runs_is_waited_for() =>
        HaltPlanner.Stop(Given.Settings, Given.Stopped with { Allocations = [Given.Allocation("postgres", "running")] })
            .Steps[^1].Title.ShouldBe("stop the server (job postgres)");

    [Fact]
    public void A_restore_that_runs_is_stopped_with_the_rest_and_how_it_goes_on_is_said()
    {
        var plan = HaltPlanner.Stop(Given.Settings, Given.Restoring("paused") with { Allocations = [Given.Allocation(Given.RestoreChild, "running")] });
        plan.Steps[^1].Title.ShouldBe($"stop the restore ({Given.RestoreChild})");
        plan.Notes.ShouldHaveSingleItem().ShouldEndWith("restore 20261122-150000 stays in phase paused, ./build.sh Accept continues it");
    }

    [Fact]
    public void Destroy_removes_every_job_and_no_data()
    {
        var plan = HaltPlanner.Destroy(Given.Settings, Given.Running);
        plan.Steps.Cast<StopJobs>().Select(s => (s.JobIds.Single(), s.Purge)).ShouldBe(
            [("pgbackrest-full", true), ("pgbackrest-incr", true), ("postgres", true), ("pgbackrest", true)]);
        plan.Notes.ShouldBe(["the data stays on the volume: /var/lib/postgresql/15/main", "the backups stay in the repository: stanza db"]);
    }
}

using Runbook.Backups;
using Shouldly;
using Tests.Cluster;
using Tests.Restore;
using Xunit;

namespace Tests.Backups;

public class VerifyPlannerTests
{
    [Fact]
    public void Gaps_are_looked_for_before_anything_is_read()
    {
        var plan = VerifyPlanner.Make(Given.Settings, Given.With(n => n with { Repositories = Given.Status(0) }), 0);
        plan.Steps.Select(s => s.Title).ShouldBe(["look for gaps in the archived WAL", "read every file of repository 1"]);
        plan.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void The_server_need_not_run()
    {
        var stopped = Given.Stopped with { Node = Given.Stopped.Node! with { Repositories = Given.Status(0) } };
        VerifyPlanner.Make(Given.Settings, stopped, 1).Steps.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(99), InlineData(1)]
    public void What_cannot_be_read_is_said_and_left_out(int code)
    {
        var plan = VerifyPlanner.Make(Given.Settings, Given.With(n => n with { Repositories = Given.Status(code) }), 0);
        plan.Steps.ShouldBeEmpty();
        plan.Notes.ShouldHaveSingleItem().ShouldStartWith("repository 1 cannot be read: ");
    }

    [Fact]
    public void A_running_backup_is_said() => VerifyPlanner
        .Make(Given.Settings, Given.With(n => n with { Repositories = Given.Status(0), Repository = Given.Repository with { BackupRunning = true } }), 0)
        .Notes.ShouldBe(["a backup is running: what it adds is not read"]);

    [Fact]
    public void Without_anybody_to_ask_it_is_refused()
    {
        Guards.ShouldRefuse(() => VerifyPlanner.Make(Given.Settings, Given.Absent, 0), "the cluster is not deployed", "./build.sh Deploy");
        Guards.ShouldRefuse(() => VerifyPlanner.Make(Given.WithoutBackups, Given.Running, 0), "no repository is configured", "pgbackrest.repositories");
        Guards.ShouldRefuse(() => VerifyPlanner.Make(Given.Settings, Given.With(n => n with { Repository = null, RepositoryError = "broken" }), 0), "does not answer: broken", "./build.sh Status");
    }
}

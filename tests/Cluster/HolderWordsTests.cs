using Runbook.Cluster;
using Runbook.Deploy;
using Runbook.Node;
using Runbook.Status;
using Runbook.Steps;
using Shouldly;
using Tests.Restore;
using Xunit;

namespace Tests.Cluster;

/// <summary>A server that is not ours, or lost its task, is named before anything is done to its directory.</summary>
public class HolderWordsTests
{
    private static readonly ForeignServer Debian = new("process 4711, started 2026-11-30 06:00:00Z, port 5433, socket folder /run/postgresql: a server answers there", "pg_ctlcluster 15 main stop");

    private static readonly ClusterFacts Orphaned = Given.Stopped with { Node = Given.Stopped.Node! with { Holder = new("serve.sh", "postgres", "12345678-9", "17") } };

    [Fact]
    public void A_foreign_server_on_the_directory_is_refused_and_named()
    {
        var facts = Given.With(n => n with { Foreign = Debian });
        Guards.ShouldRefuse(() => DeployPlanner.Make(Given.Settings, facts, [], "init"), "a server that this runbook did not start (process 4711,", "pg_ctlcluster 15 main stop");
        HolderWords.Warnings(Given.Settings, facts).ShouldHaveSingleItem().ShouldContain("process 4711");
    }

    [Fact]
    public void A_stopped_cluster_that_is_not_ours_is_left_to_Import()
    {
        var facts = Given.Stopped with { Node = Given.Stopped.Node! with { DataOurs = false } };
        Guards.ShouldRefuse(() => DeployPlanner.Make(Given.Settings, facts, [], "init"), "holds a cluster that this runbook did not make (system identifier ", "./build.sh Import --take-over");
        ImportPlanner.MakeStopped(Given.Settings, facts).Steps.ShouldBe([new TakeCluster(facts.Node!.SystemIdentifier)]);
        ImportPlanner.MakeStopped(Given.Settings, Given.Stopped with { Node = facts.Node with { DataOurs = true } }).Steps.ShouldBeEmpty();
        Guards.ShouldRefuse(() => ImportPlanner.MakeStopped(Given.Settings, facts with { Node = facts.Node with { Foreign = Debian } }), "process 4711", "pg_ctlcluster");
    }

    // By its path in a task another cluster of the host may have that place: what nobody has compared is not dropped.
    [Theory]
    [InlineData(true, "pg_dropcluster --stop 15 main, it is Debian's"), InlineData(false, "on node db-1 move /srv/data/15/main away")]
    public void Debians_tools_are_named_for_Debians_cluster_alone(bool debian, string next)
    {
        var facts = Given.Stopped with { Node = Given.Stopped.Node! with { DataOurs = false, DataDebian = debian, DataDirectory = "/srv/data/15/main" } };
        Guards.ShouldRefuse(() => DeployPlanner.Make(Given.Settings, facts, [], "init"), "/srv/data/15/main on node db-1 holds a cluster", next);
        HolderWords.Warnings(Given.Settings, facts).ShouldHaveSingleItem().ShouldContain("/srv/data/15/main");
    }

    [Fact]
    public void A_signal_file_of_nobody_is_refused() => Guards.ShouldRefuse(
        () => DeployPlanner.Make(Given.Settings, Given.With(n => n with { DataSignal = "standby.signal" }), [], "init"), "standby.signal is not the runbook's", "mv ");

    [Fact]
    public void An_orphan_is_taken_over_by_a_deployment_and_by_nothing_else()
    {
        Orphaned.Orphan.ShouldNotBeNull();
        var plan = DeployPlanner.Make(Given.Settings, Orphaned with { Node = Orphaned.Node! with { Recovering = false } }, [], "init");
        plan.Steps.OfType<FollowRollout>().ShouldHaveSingleItem();
        plan.Notes.ShouldContain(n => n.Contains("runs without its task (allocation 12345678, process 17", StringComparison.Ordinal));
        Guards.ShouldRefuse(() => HolderWords.GuardOrphan(Orphaned), "runs without its task", "./build.sh Deploy");
        HolderWords.Warnings(Given.Settings, Orphaned).ShouldHaveSingleItem().ShouldContain("./build.sh Deploy");
    }

    [Fact]
    public void A_server_in_its_own_task_is_no_orphan() =>
        (Given.Running with { Node = Given.Node with { Holder = new("serve.sh", "postgres", Given.Running.Server!.Id, "17") } }).Orphan.ShouldBeNull();

    [Fact]
    public void A_server_whose_agent_is_away_is_believed_to_run()
    {
        var facts = Given.Running with { Allocations = [Given.Allocation("postgres", "unknown")], Node = Given.Node with { Recovering = null } };
        facts.State.ShouldBe(ClusterState.Away);
        StatusReport.Text(StatusReport.Document(Given.Settings, new("production"), facts, null), new("production"), Given.Noon).ShouldContain("the agent of node db-1 is away: the server is believed to run");
    }
}

using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Settings;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

public class AcceptPlannerTests
{
    private const string Id = "20261122-150000";

    private static readonly JobChange[] Changes =
        [Given.Change(JobRole.Full, "pgbackrest-full"), Given.Change(JobRole.Postgres, "postgres"), Given.Change(JobRole.Incr, "pgbackrest-incr", changed: false)];

    private static readonly string[] Started =
        ["submit job postgres", "wait until the server takes writes", "submit job pgbackrest-full", $"finish restore {Id}", "take an incremental backup"];

    private static readonly string[] Switched =
        ["switch the server over to the restored copy", "wait until the server takes writes", "submit job pgbackrest-full", $"finish restore {Id}", "take an incremental backup"];

    public static TheoryData<string, RestoreStrategy, bool, bool, string[]> Phases => new()
    {
        { "paused", RestoreStrategy.Beside, false, true, [$"accept restore {Id}", $"follow restore {Id} of set {Given.Label}, which still runs on the node", .. Started] },
        { "paused", RestoreStrategy.Beside, false, false, [$"accept restore {Id}", $"restore set {Given.Label} to a copy, then swap", .. Started] },
        { "paused", RestoreStrategy.Beside, true, false, [$"restore set {Given.Label} to a copy, then swap", .. Started] },
        { "recovering", RestoreStrategy.Beside, true, true, [$"follow restore {Id} of set {Given.Label}, which still runs on the node", .. Started] },
        { "swapping", RestoreStrategy.Beside, true, false, [$"restore set {Given.Label} to a copy, then swap", .. Started] },
        { "restored", RestoreStrategy.Beside, true, false, Started },
        { "started", RestoreStrategy.Beside, true, false, Started },
        { "paused", RestoreStrategy.Online, false, true, [$"accept restore {Id}", $"follow restore {Id} of set {Given.Label}, which still runs on the node", .. Switched] },
        { "ready", RestoreStrategy.Online, true, false, Switched },
        { "switching", RestoreStrategy.Online, true, false, Switched },
        { "started", RestoreStrategy.Online, true, false, Started },
    };

    [Theory, MemberData(nameof(Phases))]
    public void It_goes_on_from_wherever_it_is(string phase, RestoreStrategy strategy, bool accepted, bool runs, string[] titles)
    {
        var plan = AcceptPlanner.Make(Given.Settings, Of(phase, strategy, pause: true, accepted, runs), Changes);
        plan.Steps.Select(s => s.Title).ShouldBe(titles);
        plan.Steps.OfType<RunRestore>().ShouldAllBe(s => s.Accepted && s.Order.Pause && s.Order.Id == Id);
        plan.Steps.OfType<FollowRestore>().ShouldAllBe(s => s.Accepted && s.JobId == Given.RestoreChild);
    }

    [Fact]
    public void It_says_what_is_accepted()
    {
        var facts = Of("paused", RestoreStrategy.Beside, pause: true, accepted: false, runs: true);
        facts = facts with { Node = facts.Node! with { Progress = new RestoreProgress("0/5000028", "2026-11-22T14:02:58Z", "", null) } };
        AcceptPlanner.Make(Given.Settings, facts, Changes).Notes.ShouldBe(
        [
            $"restore {Id} of set {Given.Label}, phase paused",
            "paused at: last commit 2026-11-22 14:02:58Z, WAL 0/5000028 (asked for: immediate)",
            "it is on a new timeline: an incremental backup follows once the schedules have been started",
            $"window: without a gap; until that backup has ended, a restore to a time from now on begins with set {Given.Label}",
        ]);
    }

    [Theory]
    [InlineData("copying", true, true, "is not at its target yet (phase copying)", "./build.sh Status")]
    [InlineData("recovering", true, false, "is not at its target yet (phase recovering)", "./build.sh Restore --backup-set")]
    [InlineData("copying", false, true, "does not pause", "./build.sh Restore --backup-set")]
    [InlineData("restored", false, false, "does not pause", "./build.sh Revert")]
    public void Where_nothing_is_paused_there_is_nothing_to_accept(string phase, bool pause, bool runs, string reason, string next) => Guards.ShouldRefuse(
        () => AcceptPlanner.Make(Given.Settings, Of(phase, RestoreStrategy.Beside, pause, accepted: false, runs), Changes), reason, next);

    [Fact]
    public void One_that_is_through_needs_nothing_more() => AcceptPlanner.Make(Given.Settings, Given.Running, Changes).Steps.ShouldBeEmpty();

    [Fact]
    public void Without_a_restore_and_a_server_it_is_refused()
    {
        Guards.ShouldRefuse(() => AcceptPlanner.Make(Given.Settings, Given.Stopped, Changes), "there is no unfinished restore; the cluster is stopped", "./build.sh Deploy");
        Guards.ShouldRefuse(() => AcceptPlanner.Make(Given.Settings, Given.Absent, Changes), "cannot be asked", "./build.sh Status");
    }

    private static ClusterFacts Of(string phase, RestoreStrategy strategy, bool pause, bool accepted, bool runs)
    {
        var facts = strategy == RestoreStrategy.Online ? Given.Running : Given.Stopped;
        return facts with
        {
            Node = facts.Node! with { Restore = Given.Restore(phase) with { Strategy = strategy, Pause = pause, Accepted = accepted } },
            Allocations = runs ? facts.Allocations.Add(Given.Allocation(Given.RestoreChild, "running")) : facts.Allocations,
        };
    }
}

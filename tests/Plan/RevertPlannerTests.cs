using Runbook.Plan;
using Runbook.Render;
using Shouldly;
using Tests.Facts;
using Xunit;

namespace Tests.Plan;

public class RevertPlannerTests
{
    private static readonly JobChange[] Changes =
        [Given.Change(JobRole.Full, "pgbackrest-full"), Given.Change(JobRole.Postgres, "postgres"), Given.Change(JobRole.Incr, "pgbackrest-incr", changed: false)];

    [Theory]
    [InlineData("restored"), InlineData("started")]
    public void The_server_is_started_backed_up_and_protected_again(string phase)
    {
        var plan = RevertPlanner.Make(Given.Settings, Given.Restoring(phase), Changes);
        plan.Steps.Select(s => s.Title).ShouldBe(
        [
            "submit job postgres", "wait until the server takes writes", "take a full backup", "submit job pgbackrest-full",
            "finish restore 20261122-150000",
        ]);
        plan.Notes.ShouldBe([$"restore 20261122-150000 of set {Given.Label} is in place"]);
    }

    [Fact]
    public void On_a_volume_that_has_no_settings_yet_they_are_applied_and_nothing_else_is_set_up()
    {
        var facts = Given.Restoring("restored");
        RevertPlanner.Make(Given.Settings, facts with { Node = facts.Node! with { ConfPresent = false } }, Changes).Steps.Select(s => s.Title).Take(4).ShouldBe(
            ["submit job postgres", "wait until the server takes writes", "apply settings and pg_hba.conf", "take a full backup"]);
    }

    [Fact]
    public void With_no_restore_and_a_running_cluster_there_is_nothing_to_do() =>
        RevertPlanner.Make(Given.Settings, Given.Running, Changes).Steps.ShouldBeEmpty();

    [Fact]
    public void With_no_restore_and_a_stopped_cluster_it_is_refused() => Guards.ShouldRefuse(
        () => RevertPlanner.Make(Given.Settings, Given.Stopped, Changes), "no restore is under way; the cluster is stopped", "./build.sh Deploy");

    [Theory]
    [InlineData("archiving"), InlineData("copying"), InlineData("swapping")]
    public void An_unfinished_restore_is_refused(string phase) => Guards.ShouldRefuse(
        () => RevertPlanner.Make(Given.Settings, Given.Restoring(phase, target: "latest"), Changes),
        $"is unfinished (phase {phase})", $"./build.sh Restore --backup-set {Given.Label} --recovery-target latest");

    [Fact]
    public void One_that_is_paused_is_for_Accept_or_Undo() => Guards.ShouldRefuse(
        () => RevertPlanner.Make(Given.Settings, Given.Restoring("paused"), Changes), "is paused at its target", "./build.sh Accept, or ./build.sh Undo");

    [Fact]
    public void An_Undo_that_is_in_place_is_started_the_same_way()
    {
        var facts = Given.Restoring("restored");
        var plan = RevertPlanner.Make(Given.Settings, facts with { Node = facts.Node! with { Restore = Given.Restore("restored") with { Source = "r0" } } }, Changes);
        plan.Notes.ShouldBe(["restore 20261122-150000 of kept directory r0 is in place"]);
        plan.Steps.Count.ShouldBe(5);
    }
}

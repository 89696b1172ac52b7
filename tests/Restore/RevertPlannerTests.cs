using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

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
            "submit job postgres", "wait until the server takes writes", "submit job pgbackrest-full", "finish restore 20261122-150000",
            "take an incremental backup",
        ]);
        plan.Notes.ShouldBe(
        [
            $"restore 20261122-150000 of set {Given.Label} is in place",
            "it is on a new timeline: an incremental backup follows once the schedules have been started",
            $"window: without a gap; until that backup has ended, a restore to a time from now on begins with set {Given.Label}",
        ]);
    }

    [Fact]
    public void On_a_volume_that_has_no_settings_yet_they_are_applied_and_nothing_else_is_set_up()
    {
        var facts = Given.Restoring("restored");
        RevertPlanner.Make(Given.Settings, facts with { Node = facts.Node! with { ConfPresent = false } }, Changes).Steps.Select(s => s.Title).Take(4).ShouldBe(
            ["submit job postgres", "wait until the server takes writes", "apply settings and pg_hba.conf", "submit job pgbackrest-full"]);
    }

    [Fact]
    public void With_no_restore_and_a_running_cluster_there_is_nothing_to_do() =>
        RevertPlanner.Make(Given.Settings, Given.Running, Changes).Steps.ShouldBeEmpty();

    [Fact]
    public void A_backup_that_a_killed_run_left_out_is_made_up_for()
    {
        var facts = Given.With(n => n with { Timeline = 2 });
        RevertPlanner.Make(Given.Settings, facts, Changes).Steps.ShouldHaveSingleItem().ShouldBe(new TakeBackup(BackupType.Incr, OneIsEnough: true));
        RevertPlanner.Make(Given.Settings, Given.With(n => n with { Timeline = 2, Repository = n.Repository! with { BackupRunning = true } }), Changes).Steps.ShouldBeEmpty();
        var taken = Given.Set with { Label = "X", WalStart = "000000020000000000000006", WalStop = "000000020000000000000006" };
        RevertPlanner.Make(Given.Settings, Given.With(n => n with { Timeline = 2, Repository = n.Repository! with { Sets = [Given.Set, taken] } }), Changes).Steps.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, "a full", BackupType.Full), InlineData(false, "an incremental", BackupType.Incr)]
    public void On_damaged_pages_no_backup_is_built(bool damaged, string words, BackupType type)
    {
        var facts = Given.Restoring("restored");
        facts = facts with { Node = facts.Node! with { Repository = facts.Node.Repository! with { Sets = [Given.Set, Given.Set with { Label = "Y", Error = damaged }] } } };
        var plan = RevertPlanner.Make(Given.Settings, facts, Changes);
        plan.Steps.OfType<TakeBackup>().ShouldHaveSingleItem().Type.ShouldBe(type);
        plan.Notes[1].ShouldBe($"it is on a new timeline: {words} backup follows once the schedules have been started");
    }

    [Fact]
    public void Where_the_restored_set_has_been_expired_the_window_has_a_gap()
    {
        var facts = Given.Restoring("restored");
        RevertPlanner.Make(Given.Settings, facts with { Node = facts.Node! with { Repository = facts.Node.Repository! with { Sets = [] } } }, Changes).Notes[2]
            .ShouldBe("window: no time from now on can be restored until that backup has ended, as no set from before leads there");
    }

    [Fact]
    public void With_no_restore_and_a_stopped_cluster_it_is_refused() => Guards.ShouldRefuse(
        () => RevertPlanner.Make(Given.Settings, Given.Stopped, Changes), "there is no unfinished restore; the cluster is stopped", "./build.sh Deploy");

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
        plan.Notes[0].ShouldBe("restore 20261122-150000 of kept directory r0 is in place");
        plan.Steps.Count.ShouldBe(5);
    }
}

using Runbook.Backups;
using Runbook.Cluster;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Tests.Restore;
using Xunit;

namespace Tests.Backups;

public class BackupPlannerTests
{
    [Theory]
    [InlineData(BackupType.Full, "take a full backup"), InlineData(BackupType.Diff, "take a differential backup")]
    [InlineData(BackupType.Incr, "take an incremental backup")]
    public void A_backup_is_one_step(BackupType type, string title)
    {
        var plan = BackupPlanner.Make(Given.Settings, Given.Running, type);
        plan.Steps.ShouldHaveSingleItem().Title.ShouldBe(title);
        plan.Notes.ShouldBe([$"the last set is {Given.Label}, finished 2026-11-22 12:01:00Z"]);
    }

    [Theory]
    [InlineData(BackupType.Full, 0), InlineData(BackupType.Diff, 1), InlineData(BackupType.Incr, 1)]
    public void What_has_nothing_to_build_on_becomes_a_full_one_and_that_is_said(BackupType type, int notes)
    {
        var plan = BackupPlanner.Make(Given.Settings, Given.With(n => n with { Repository = Given.Repository with { Sets = [] } }), type);
        plan.Notes.Count.ShouldBe(notes);
        plan.Notes.ShouldAllBe(note => note.StartsWith("there is no full backup to build on"));
    }

    [Fact]
    public void One_repository_can_be_meant()
    {
        var plan = BackupPlanner.Make(Given.Settings, Given.Running, BackupType.Full, 1);
        plan.Steps.ShouldHaveSingleItem().Title.ShouldBe("take a full backup in repository 1");
        Should.Throw<Runbook.RunbookException>(() => BackupPlanner.Make(Given.Settings, Given.Running, BackupType.Full, 2)).Code.ShouldBe(Runbook.ExitCode.WrongUse);
    }

    [Fact]
    public void Without_a_repository_there_is_nowhere_to() => Guards.ShouldRefuse(
        () => BackupPlanner.Make(Given.WithoutBackups, Given.Running, BackupType.Full), "nowhere to back up to", "set pgbackrest.repositories");

    [Theory]
    [InlineData("", "the cluster is stopped", "./build.sh Deploy")]
    [InlineData("restored", "the cluster is restored", "./build.sh Revert")]
    [InlineData("paused", "the cluster is paused", "./build.sh Accept")]
    [InlineData("copying", "the cluster is restoring", "./build.sh Restore --backup-set " + Given.Label)]
    public void Only_a_running_server_is_backed_up(string phase, string reason, string next) => Guards.ShouldRefuse(
        () => BackupPlanner.Make(Given.Settings, phase.Length > 0 ? Given.Restoring(phase) : Given.Stopped, BackupType.Full), reason, next);

    [Fact]
    public void Under_an_online_restore_no_backup_is_taken() => Guards.ShouldRefuse(
        () => BackupPlanner.Make(Given.Settings, Given.With(n => n with { Restore = Given.Restore("copying") with { Strategy = RestoreStrategy.Online } }), BackupType.Full),
        "online restore 20261122-150000 is unfinished (phase copying): no backup before it has ended", "--online");

    [Theory]
    [InlineData("missing", "stanza db does not exist", "./build.sh Deploy")]
    [InlineData("dead", "the repository does not answer: HTTP 500", "./build.sh Deploy")]
    [InlineData("busy", "a backup is running already", "./build.sh Status")]
    public void The_repository_must_be_ready(string what, string reason, string next)
    {
        var facts = Given.With(n => what switch
        {
            "missing" => n with { Repository = Given.Repository with { Repositories = Given.Status(1) } },
            "dead" => n with { Repository = null, RepositoryError = "HTTP 500" },
            _ => n with { Repository = Given.Repository with { BackupRunning = true } },
        });
        Guards.ShouldRefuse(() => BackupPlanner.Make(Given.Settings, facts, BackupType.Full), reason, next);
    }
}

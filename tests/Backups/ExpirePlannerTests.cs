using System.Collections.Immutable;
using Runbook;
using Runbook.Backups;
using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Tests.Restore;
using Xunit;

namespace Tests.Backups;

public class ExpirePlannerTests
{
    private const string First = "20261120-120000F";
    private const string Incr = "20261120-120000F_20261121-120000I";
    private const string Second = "20261122-120000F";

    private static readonly ImmutableArray<BackupSet> Sets =
    [
        Set(First, 0), Set(Incr, 1) with { Type = BackupType.Incr, Prior = First, References = [First] }, Set(Second, 2),
    ];

    [Fact]
    public void What_pgBackRest_names_goes_and_the_window_begins_later()
    {
        var plan = Make("", Preview(First, Incr));
        var expiry = plan.Repositories.ShouldHaveSingleItem();
        expiry.Going.Select(s => s.Label).ShouldBe([First, Incr]);
        expiry.Staying.Select(s => s.Label).ShouldBe([Second]);
        expiry.Now.ToString().ShouldBe("any moment from 2026-11-20 12:00:00Z (20261120-120000F) on");
        expiry.Afterwards.ToString().ShouldBe("any moment from 2026-11-22 12:00:00Z (20261122-120000F) on");
        plan.Procedure.Steps.ShouldHaveSingleItem().Title.ShouldBe("remove 2 backup sets from repository 1");
    }

    [Fact]
    public void Where_nothing_goes_there_is_no_step() => Make("", ExpirePreview.Parse("")).Procedure.Steps.ShouldBeEmpty();

    [Fact]
    public void What_an_interrupted_backup_has_left_is_told_from_sets()
    {
        var expiry = Make("", Preview("20261119-120000F")).Repositories.Single();
        (expiry.Going.Length, expiry.Leftovers.Single(), expiry.Staying.Length).ShouldBe((0, "20261119-120000F", 3));
    }

    [Fact]
    public void Of_older_sets_whose_WAL_is_not_kept_only_the_end_counts() => Make("", Preview(First, Incr), new RetentionSettings { Archive = 1 }).Repositories.Single()
        .Now.ToString().ShouldBe("any moment from 2026-11-22 12:00:00Z (20261122-120000F) on; before that the end of each of 2 sets");

    [Fact]
    public void Plans_are_the_same_when_the_same_sets_go()
    {
        Make("", Preview(First, Incr)).IsSameAs(Make("", Preview(First, Incr))).ShouldBeTrue();
        Make("", Preview(First, Incr)).IsSameAs(Make("", Preview())).ShouldBeFalse();
    }

    [Theory]
    [InlineData(First), InlineData(Incr), InlineData("")]
    public void A_set_may_go_while_a_full_one_stays(string label) => Look(label).ShouldBe([1]);

    [Fact]
    public void The_last_full_backup_does_not_go()
    {
        Guards.ShouldRefuse(() => Look(Second, [Sets[2]]), $"{Second} is the last full backup: nothing could be restored without it", "./build.sh Backup --backup-type full, then the same command");
        // Nor with its dependents, nor where only damaged ones would be left, nor by a retention that knows no better.
        Guards.ShouldRefuse(() => Look(First, [Sets[0], Sets[1]]), $"{First} is the last full backup", "Backup --backup-type full");
        Guards.ShouldRefuse(() => Look(Second, [Sets[0] with { Error = true }, Sets[2]]), "the last full backup without damaged pages", "Backup --backup-type full");
        Guards.ShouldRefuse(() => Make("", Preview(First, Incr, Second)), $"{Second} is the last full backup", "Backup --backup-type full");
        // One of before an upgrade is no substitute.
        Guards.ShouldRefuse(() => Look(Second, [Sets[0] with { ArchiveId = "14-1" }, Sets[2]]), $"{Second} is the last full backup", "Backup --backup-type full");
    }

    [Fact]
    public void Each_repository_keeps_one_of_its_own()
    {
        var settings = Given.Settings with { Pgbackrest = Given.Settings.Pgbackrest with { Repositories = [.. Given.Settings.Pgbackrest.Repositories, new() { Type = RepositoryType.Posix, Path = "/two" }] } };
        var sets = Sets.Add(Set("20261123-120000F", 3) with { Repository = 2 });
        Guards.ShouldRefuse(
            () => ExpirePlanner.Look(settings, Facts(sets, 2), 0, "20261123-120000F"), "20261123-120000F is the last full backup of repository 2", "--repository 2");
        ExpirePlanner.Look(settings, Facts(sets, 2), 0, First).ShouldBe([1]);
        ExpirePlanner.Look(settings, Facts(sets, 2), 2, "").ShouldBe([2]);
        Guards.ShouldRefuse(() => ExpirePlanner.Look(settings, Facts(sets, 2), 2, First), $"{First} does not exist in repository 2; there are 20261123-120000F", "./build.sh Backups");
    }

    [Theory]
    [InlineData("copying", "restore 20261122-150000 is unfinished (phase copying): it may need what would be removed", "./build.sh Restore")]
    [InlineData("restored", "restore 20261122-150000 of set 20261122-140000F is not finished (phase restored)", "./build.sh Revert")]
    public void Under_a_restore_nothing_goes(string phase, string reason, string next)
    {
        var facts = Facts(Sets);
        Guards.ShouldRefuse(() => ExpirePlanner.Look(Given.Settings, facts with { Node = facts.Node! with { Restore = Given.Restore(phase) } }, 0, ""), reason, next);
    }

    [Fact]
    public void Beside_a_running_backup_nothing_goes()
    {
        var facts = Facts(Sets);
        facts = facts with { Node = facts.Node! with { Repository = facts.Node.Repository! with { BackupRunning = true } } };
        Guards.ShouldRefuse(() => ExpirePlanner.Look(Given.Settings, facts, 0, ""), "a backup is running", "./build.sh Status");
    }

    [Fact]
    public void There_must_be_somebody_to_ask_and_something_to_read()
    {
        Guards.ShouldRefuse(() => ExpirePlanner.Look(Given.Settings, Given.Absent, 0, ""), "not deployed", "./build.sh Deploy");
        Guards.ShouldRefuse(() => ExpirePlanner.Look(Given.WithoutBackups, Given.Running, 0, ""), "no repository is configured", "pgbackrest.repositories");
        var silent = Given.With(n => n with { Repositories = [new(1, 99, "no answer from there", "none", "", "")], Repository = null });
        Guards.ShouldRefuse(() => ExpirePlanner.Look(Given.Settings, silent, 0, ""), "repository 1 cannot be read: no answer from there", "./build.sh Status");
        Guards.ShouldRefuse(() => Look("20200101-120000F"), $"backup set 20200101-120000F does not exist; there are {Second}, {Incr}, {First}", "./build.sh Backups");
    }

    [Theory]
    [InlineData(2), InlineData(-1)]
    public void A_repository_that_the_configuration_does_not_have_is_wrong_use(int number)
    {
        var wrong = Should.Throw<RunbookException>(() => RepositoryChoice.Guard(Given.Settings, number));
        wrong.Code.ShouldBe(ExitCode.WrongUse);
        wrong.Message.ShouldContain("there is one repository, number 1");
    }

    private static IReadOnlyList<int> Look(string label, ImmutableArray<BackupSet>? sets = null) => ExpirePlanner.Look(Given.Settings, Facts(sets ?? Sets), 0, label);

    private static ExpirePlan Make(string label, ExpirePreview preview, RetentionSettings? retention = null)
    {
        var settings = Given.Settings with
        {
            Pgbackrest = Given.Settings.Pgbackrest with { Repositories = [Given.Settings.Pgbackrest.Repositories[0] with { Retention = retention ?? new() }] },
        };
        return ExpirePlanner.Make(settings, Facts(Sets), label, new Dictionary<int, ExpirePreview> { [1] = preview });
    }

    private static ExpirePreview Preview(params string[] labels) => new([.. labels], []);

    private static ClusterFacts Facts(ImmutableArray<BackupSet> sets, int repositories = 1)
    {
        var statuses = Enumerable.Range(1, repositories).Select(n => Given.Status(0)[0] with { Number = n }).ToImmutableArray();
        return Given.With(n => n with { Repositories = statuses, Repository = Given.Repository with { Repositories = statuses, Sets = sets } });
    }

    private static BackupSet Set(string label, int day) => Given.Set with
    {
        Label = label, StartedAt = Given.Noon.AddDays(day - 2), FinishedAt = Given.Noon.AddDays(day - 2),
    };
}

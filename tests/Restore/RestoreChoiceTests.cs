using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Settings;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

public class RestoreChoiceTests
{
    private static readonly BackupSet Newer = Given.Set with { Label = "20261122-140000F_20261122-180000I", FinishedAt = Given.Noon.AddHours(6) };

    private static readonly BackupSet[] Three =
        [GivenRestore.Set("A", 10, 1, 4), GivenRestore.Set("B", 20, 1, 6, BackupType.Diff), GivenRestore.Set("C", 30, 1, 8)];

    [Theory]
    [InlineData("latest", "20261122-140000F_20261122-180000I"), InlineData("", "20261122-140000F_20261122-180000I"), InlineData(Given.Label, Given.Label)]
    public void A_set_is_chosen_by_name_or_by_age(string asked, string label) =>
        Choose(asked, Given.Set, Newer).Label.ShouldBe(label);

    [Fact]
    public void Latest_passes_over_a_damaged_set() => Choose("latest", Given.Set, Newer with { Error = true }).Label.ShouldBe(Given.Label);

    [Fact]
    public void A_damaged_set_is_refused_by_name() => Guards.ShouldRefuse(
        () => Choose(Newer.Label, Given.Set, Newer with { Error = true }), "holds damaged pages", "./build.sh Backups");

    [Fact]
    public void A_set_that_does_not_exist_is_refused_with_those_that_do() => Guards.ShouldRefuse(
        () => Choose("nope", Given.Set), $"backup set nope does not exist; there are {Given.Label}", "./build.sh Backups");

    [Fact]
    public void Of_many_sets_the_newest_are_named()
    {
        var sets = Enumerable.Range(1, 8).Select(i => Given.Set with { Label = $"set-{i}" }).ToArray();
        Guards.ShouldRefuse(() => Choose("nope", sets), "set-8, set-7, set-6, set-5, set-4 and 3 older", "./build.sh Backups");
    }

    [Fact]
    public void Without_a_repository_there_is_nothing_to_restore() => Guards.ShouldRefuse(
        () => Choose(Given.WithoutBackups, Given.Running, "latest"), "no repository is configured", "set pgbackrest.repositories");

    [Fact]
    public void Nobody_to_ask_is_said() => Guards.ShouldRefuse(
        () => Choose(Given.Settings, Given.Absent, "latest"), "cannot be asked", "./build.sh Status");

    [Fact]
    public void A_repository_that_does_not_answer_is_said() => Guards.ShouldRefuse(
        () => Choose(Given.Settings, Given.With(n => n with { Repository = null, RepositoryError = "HTTP 403" }), "latest"),
        "the repository does not answer: HTTP 403", "correct pgbackrest.repositories");

    [Fact]
    public void An_empty_repository_is_said() => Guards.ShouldRefuse(
        () => Choose("latest"), "stanza db has no backup set (no valid backups)", "./build.sh Backup --backup-type full");

    [Theory]
    // The sets end at 12:10, 12:20 and 12:30, at 0/4000100, 0/6000100 and 0/8000100.
    [InlineData("time", "2026-11-22 12:10:01+00", "A"), InlineData("time", "2026-11-22 12:20:00+00", "A")]
    // Ended within that second, perhaps after the target.
    [InlineData("time", "2026-11-22 12:20:00.9+00", "A"), InlineData("time", "2026-11-22 12:20:01+00", "B")]
    [InlineData("time", "2026-11-22 15:59:59+00", "C")]
    [InlineData("lsn", "0/4000100", "A"), InlineData("lsn", "0/60000FF", "A"), InlineData("lsn", "0/6000100", "B"), InlineData("lsn", "0/9000000", "C")]
    [InlineData("latest", "", "C"), InlineData("xid", "777", "C"), InlineData("name", "before release", "C")]
    public void The_newest_set_that_ended_before_the_target_is_chosen(string kind, string value, string label) =>
        GivenRestore.Choose(GivenRestore.WithSets(Three), GivenRestore.To(kind, value)).Set.Label.ShouldBe(label);

    [Fact]
    public void A_damaged_set_is_passed_over_for_an_older_one() => GivenRestore.Choose(
        GivenRestore.WithSets(Three[0], Three[1] with { Error = true }, Three[2]), GivenRestore.Time("12:25:00")).Set.Label.ShouldBe("A");

    [Fact]
    public void A_set_that_is_named_is_taken_although_a_newer_one_would_do() => GivenRestore.Choose(
        GivenRestore.WithSets(Three), GivenRestore.Time("12:35:00") with { BackupSet = "A" }).Set.Label.ShouldBe("A");

    [Theory]
    [InlineData("time", "2026-11-22 12:25:00+00", "--backup-set B", "2026-11-22 12:25:00Z (13:25:00 local) is before the end of backup set C (2026-11-22 12:30:00Z)")]
    [InlineData("time", "2026-11-22 12:05:00+00", "./build.sh Restore --backup-set A", "is before the end of the first backup set on its timeline: restorable from 2026-11-22 12:10:00Z (A) on")]
    [InlineData("lsn", "0/7000000", "--backup-set B", "WAL position 0/7000000 is before the end of backup set C (0/8000100)")]
    public void A_named_set_that_ended_after_the_target_is_refused(string kind, string value, string next, string reason) => Guards.ShouldRefuse(
        () => GivenRestore.Choose(GivenRestore.WithSets(Three), GivenRestore.To(kind, value) with { BackupSet = "C" }), reason, next);

    [Theory]
    [InlineData("time", "2026-11-22 12:10:00+00", "2026-11-22 12:10:00Z (13:10:00 local) is before the end of the first backup set on its timeline: restorable from 2026-11-22 12:10:00Z (A) on")]
    [InlineData("time", "2026-11-21 23:30:00+00", "2026-11-21 23:30:00Z (2026-11-22 00:30:00 local) is before")]
    [InlineData("lsn", "0/4000000", "WAL position 0/4000000 is before the end of the first backup set on its timeline: restorable from 0/4000100 (A) on")]
    public void A_target_before_every_set_is_refused_with_the_window(string kind, string value, string reason) => Guards.ShouldRefuse(
        () => GivenRestore.Choose(GivenRestore.WithSets(Three), GivenRestore.To(kind, value)), reason, "./build.sh Restore --backup-set A, the nearest point");

    [Fact]
    public void Sets_of_the_version_before_an_upgrade_are_not_chosen() => GivenRestore.Choose(
        GivenRestore.WithSets(Three[0] with { ArchiveId = "14-1" }, Three[1], Three[2]), GivenRestore.Time("12:25:00")).Usable.Select(s => s.Label).ShouldBe(["B", "C"]);

    [Fact]
    public void A_set_of_a_stopped_server_names_no_WAL_to_go_on_from()
    {
        var offline = Given.Set with { WalStart = "", WalStop = "", LsnStop = "" };
        offline.Timeline.ShouldBe(0u);
        Guards.ShouldRefuse(() => GivenRestore.Choose(GivenRestore.WithSets(offline), GivenRestore.To("latest")), "taken of a stopped server", "./build.sh Restore --recovery-target immediate");
        GivenRestore.Choose(GivenRestore.WithSets(offline), GivenRestore.To("immediate")).Set.ShouldBe(offline);
    }

    [Fact]
    public void A_restore_that_was_begun_goes_on_with_its_set()
    {
        var facts = GivenRestore.WithSets(Three);
        facts = facts with { Node = facts.Node! with { Restore = Given.Restore("copying", "A", "latest") with { Timeline = "1" } } };
        GivenRestore.Choose(facts, GivenRestore.To("latest")).Set.Label.ShouldBe("A");
        GivenRestore.Choose(facts, GivenRestore.To("xid", "777")).Set.Label.ShouldBe("C");
    }

    private static BackupSet Choose(string asked, params BackupSet[] sets) => Choose(
        Given.Settings,
        Given.With(n => n with { Repository = Given.Repository with { Sets = [.. sets], Repositories = Given.Status(sets.Length > 0 ? 0 : 2) } }),
        asked);

    private static BackupSet Choose(ClusterSettings settings, ClusterFacts facts, string asked) =>
        SetChoice.Choose(settings, facts, new RestoreRequest(asked, RecoveryTarget.Immediate), null, GivenRestore.Zone).Set;
}

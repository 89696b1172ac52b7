using Runbook.Config;
using Runbook.Facts;
using Runbook.Plan;
using Shouldly;
using Tests.Facts;
using Xunit;

namespace Tests.Plan;

public class RestoreChoiceTests
{
    private static readonly BackupSet Newer = Given.Set with { Label = "20261122-140000F_20261122-180000I", FinishedAt = Given.Noon.AddHours(6) };

    [Theory]
    [InlineData("latest", "20261122-140000F_20261122-180000I"), InlineData(Given.Label, Given.Label)]
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
        () => Choose(Given.WithoutBackups, Given.Running, "latest"), "no repository is configured", "set pgbackrest.repository");

    [Fact]
    public void Nobody_to_ask_is_said() => Guards.ShouldRefuse(
        () => Choose(Given.Settings, Given.Absent, "latest"), "cannot be asked", "./build.sh Status");

    [Fact]
    public void A_repository_that_does_not_answer_is_said() => Guards.ShouldRefuse(
        () => Choose(Given.Settings, Given.With(n => n with { Repository = null, RepositoryError = "HTTP 403" }), "latest"),
        "the repository does not answer: HTTP 403", "mend pgbackrest.repository");

    [Fact]
    public void An_empty_repository_is_said() => Guards.ShouldRefuse(
        () => Choose("latest"), "stanza db has no backup set (no valid backups)", "./build.sh Backup --backup-type full");

    private static BackupSet Choose(string asked, params BackupSet[] sets) => Choose(
        Given.Settings,
        Given.With(n => n with { Repository = Given.Repository with { Sets = [.. sets], StatusMessage = sets.Length > 0 ? "ok" : "no valid backups" } }),
        asked);

    private static BackupSet Choose(ClusterSettings settings, ClusterFacts facts, string asked) =>
        RestorePlanner.Choose(settings, facts, new RestoreRequest(asked, RecoveryTarget.Immediate));
}

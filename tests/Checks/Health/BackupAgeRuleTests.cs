using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Checks;

public class BackupAgeRuleTests
{
    // A full backup each week, an incremental one each day, and a quarter of that: 8 d 18 h and 30 h; twice that is critical.
    public static TheoryData<int, HealthLevel, HealthLevel> Ages => new()
    {
        // hours since the one set, a full one; level of full, level of any
        { 2, HealthLevel.Ok, HealthLevel.Ok },
        { 30, HealthLevel.Ok, HealthLevel.Ok },
        { 31, HealthLevel.Ok, HealthLevel.Warning },
        { 61, HealthLevel.Ok, HealthLevel.Critical },
        { 210, HealthLevel.Ok, HealthLevel.Critical },
        { 211, HealthLevel.Warning, HealthLevel.Critical },
        { 421, HealthLevel.Critical, HealthLevel.Critical },
    };

    [Theory, MemberData(nameof(Ages))]
    public void The_schedules_say_how_old_they_may_be(int hours, HealthLevel full, HealthLevel any)
    {
        var findings = BackupAgeRule.Of(GivenHealth.Sets(Given.Set with { FinishedAt = GivenHealth.Now.AddHours(-hours) })).ToList();
        findings.Select(f => (f.Check, f.Level)).ShouldBe([("full-backup", full), ("backup", any)]);
        findings[0].Threshold.ShouldBe("warning above 8 d 18 h, critical above 17 d 12 h");
        findings[0].Next.ShouldBe(full == HealthLevel.Ok ? "" : "./build.sh Backup --backup-type full");
        findings[1].Next.ShouldBe(any == HealthLevel.Ok ? "" : "./build.sh Backup --backup-type incr");
        findings[0].Measures.Select(m => (m.Metric.Name, m.Value)).ShouldBe([("full_backup_age_seconds", hours * 3600), ("backup_sets", 1)]);
    }

    [Fact]
    public void Settings_say_it_otherwise()
    {
        var settings = GivenHealth.Settings(p => p with { Check = new CheckSettings { FullAge = TimeSpan.FromHours(2), BackupAge = TimeSpan.FromHours(1) } });
        BackupAgeRule.Of(GivenHealth.Look(settings: settings)).Select(f => (f.Level, f.Threshold)).ShouldBe(
        [
            (HealthLevel.Warning, "warning above 2 h 0 min, critical above 4 h 0 min"), (HealthLevel.Critical, "warning above 1 h 0 min, critical above 2 h 0 min"),
        ]);
    }

    [Fact]
    public void Where_nothing_says_it_that_is_said()
    {
        var settings = GivenHealth.Settings(p => p with { Schedules = new ScheduleSettings { Full = new() { Cron = "" }, Incr = new() { Cron = "" } } });
        BackupAgeRule.Of(GivenHealth.Look(settings: settings)).Select(f => (f.Level, f.Threshold)).ShouldBe(
        [
            (HealthLevel.Warning, "no schedule and no pgbackrest.check.fullAge says how old it may be"),
            (HealthLevel.Warning, "no schedule and no pgbackrest.check.backupAge says how old it may be"),
        ]);
    }

    [Fact]
    public void No_backup_is_worse_than_an_old_one() => BackupAgeRule.Of(GivenHealth.Sets()).Told().ShouldBe(
        """
        Critical full-backup: the repository holds no good full backup | ./build.sh Backup --backup-type full
        Critical backup: the repository holds no good backup | ./build.sh Backup --backup-type full
        """);

    [Fact]
    public void A_set_with_damaged_pages_is_not_good()
    {
        var findings = BackupAgeRule.Of(GivenHealth.Sets(
            Given.Set with { FinishedAt = GivenHealth.Now.AddDays(-10) },
            Given.Set with { Label = "20261122-145000F", FinishedAt = GivenHealth.Now.AddHours(-1), Error = true })).ToList();
        findings.Select(f => (f.Check, f.Level)).ShouldBe([("full-backup", HealthLevel.Warning), ("backup", HealthLevel.Critical), ("damaged-backup", HealthLevel.Warning)]);
        findings[0].Measured.ShouldContain($"{Given.Label}, 10 d 0 h old");
        findings[2].Measured.ShouldContain("20261122-145000F in the repository");
    }

    [Fact]
    public void An_incremental_one_counts_as_a_backup_and_not_as_a_full_one() => BackupAgeRule.Of(GivenHealth.Sets(
            Given.Set with { FinishedAt = GivenHealth.Now.AddDays(-9) },
            Given.Set with { Label = "i", Type = BackupType.Incr, FinishedAt = GivenHealth.Now.AddHours(-1) }))
        .Select(f => f.Level).ShouldBe([HealthLevel.Warning, HealthLevel.Ok]);

    [Fact]
    public void Each_repository_has_ages_of_its_own_and_a_silent_one_has_none()
    {
        var old = Given.Set with { Repository = 2, FinishedAt = GivenHealth.Now.AddDays(-9) };
        NodeFacts With(NodeFacts n, int code) => n with
        {
            Repository = Given.Repository with { Sets = [old, Given.Set] }, Repositories = [GivenHealth.Status(1, 0), GivenHealth.Status(2, code)],
        };
        BackupAgeRule.Of(GivenHealth.Node(n => With(n, 0), GivenHealth.Two)).Where(f => f.Check == "full-backup").Select(f => (f.Repository, f.Level))
            .ShouldBe([(1, HealthLevel.Ok), (2, HealthLevel.Warning)]);
        foreach (var code in (int[])[99, 1])
            BackupAgeRule.Of(GivenHealth.Node(n => With(n, code), GivenHealth.Two)).Select(f => f.Repository).Distinct().ShouldBe([1]);
    }
}

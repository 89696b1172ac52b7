using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Checks;

public class ScheduleRuleTests
{
    public static TheoryData<string[], string[], HealthLevel, string> Halted => new()
    {
        // missing, stopped
        { [], [], HealthLevel.Ok, "pgbackrest-full, pgbackrest-incr, pgbackrest-check run" },
        { ["incr"], [], HealthLevel.Warning, "pgbackrest-incr is stopped or missing in Nomad" },
        { [], ["full", "incr"], HealthLevel.Warning, "pgbackrest-full, pgbackrest-incr are stopped or missing in Nomad" },
        { ["full"], ["incr", "check"], HealthLevel.Critical, "pgbackrest-full, pgbackrest-incr, pgbackrest-check are stopped or missing in Nomad" },
    };

    [Theory, MemberData(nameof(Halted))]
    public void One_that_does_not_run_is_told(string[] missing, string[] stopped, HealthLevel level, string measured)
    {
        var finding = ScheduleRule.Of(GivenHealth.Look(Without(missing, stopped))).First();
        (finding.Level, finding.Measured, finding.Next).ShouldBe((level, measured, level == HealthLevel.Ok ? "" : "./build.sh Deploy"));
        finding.Measures.Select(m => m.Value).ShouldBe([3, 3 - missing.Length - stopped.Length]);
    }

    [Fact]
    public void A_restore_stops_them_and_brings_them_back()
    {
        var facts = Without([], ["full", "incr", "check"]);
        var finding = ScheduleRule.Of(GivenHealth.Look(facts with { Node = facts.Node! with { Restore = Given.Restore("restored") } })).First();
        (finding.Level, finding.Next).ShouldBe((HealthLevel.Warning, "./build.sh Revert"));
    }

    [Fact]
    public void One_that_is_not_configured_is_not_missed()
    {
        var settings = GivenHealth.Settings(p => p with { Schedules = new ScheduleSettings { Incr = new() { Cron = "" } }, Check = new CheckSettings { Cron = "" } });
        ScheduleRule.Of(GivenHealth.Look(Without(["incr", "check"], []), settings)).First().Measured.ShouldBe("pgbackrest-full runs");
    }

    [Theory]
    [InlineData(RunResult.Done, 0, null), InlineData(RunResult.Skipped, 0, null), InlineData(RunResult.Failed, 50, "failed with exit code 50"), InlineData(RunResult.Interrupted, 0, "was killed")]
    public void A_last_run_that_failed_is_told(RunResult result, int code, string? how)
    {
        var run = new ScheduledRun(Given.Noon, result) { EndedAt = Given.Noon.AddMinutes(1), ExitCode = code };
        var finding = ScheduleRule.Of(GivenHealth.Node(n => n with { Runs = n.Runs.Add(BackupType.Incr, run) })).Last();
        finding.Level.ShouldBe(how is null ? HealthLevel.Ok : HealthLevel.Warning);
        finding.Measures.ShouldHaveSingleItem().Value.ShouldBe(how is null ? 0 : 1);
        if (how is not null)
            (finding.Measured, finding.Next).ShouldBe(
                ($"pgbackrest-incr, due 2026-11-22 12:00:00Z, {how}", "./build.sh Logs --job pgbackrest-incr; ./build.sh Backup --backup-type incr takes one now"));
    }

    [Fact]
    public void A_schedule_that_is_off_has_no_last_run_to_look_at()
    {
        var run = new ScheduledRun(Given.Noon, RunResult.Failed) { EndedAt = Given.Noon, ExitCode = 50 };
        ScheduleRule.Of(GivenHealth.Node(n => n with { Runs = n.Runs.Add(BackupType.Diff, run) })).Last().Level.ShouldBe(HealthLevel.Ok);
    }

    [Fact]
    public void A_pause_is_told_until_it_ends_and_its_schedules_are_not_missed()
    {
        var facts = Without(["full"], ["incr"]);
        var pause = new SchedulePause(Given.Noon, "ann@desk", "moving the disks");
        var findings = ScheduleRule.Of(GivenHealth.Look(facts with { Node = facts.Node! with { Paused = pause } })).ToList();
        findings.Select(f => (f.Check, f.Level)).ShouldBe([("schedules", HealthLevel.Ok), ("pause", HealthLevel.Warning), ("schedule-run", HealthLevel.Ok)]);
        (findings[0].Measured, findings[1].Measured, findings[1].Next).ShouldBe(
            ("pgbackrest-check runs", "the scheduled backups are paused since 2026-11-22 12:00:00Z by ann@desk: moving the disks", "./build.sh ResumeSchedules"));
        findings[1].Measures.ShouldHaveSingleItem().Value.ShouldBe(1);
    }

    [Fact]
    public void The_check_is_missed_also_while_the_backups_are_paused()
    {
        var facts = Without(["full", "check"], ["incr"]);
        var finding = ScheduleRule.Of(GivenHealth.Look(facts with { Node = facts.Node! with { Paused = new SchedulePause(Given.Noon, "a", "b") } })).First();
        (finding.Level, finding.Measured).ShouldBe((HealthLevel.Warning, "pgbackrest-check is stopped or missing in Nomad"));
    }

    private static ClusterFacts Without(string[] missing, string[] stopped) => GivenHealth.Cluster with
    {
        Jobs = GivenHealth.Cluster.Jobs.RemoveRange(missing.Select(m => "pgbackrest-" + m))
            .SetItems(stopped.Select(s => KeyValuePair.Create("pgbackrest-" + s, new JobRow("pgbackrest-" + s, "dead", Stopped: true)))),
    };
}

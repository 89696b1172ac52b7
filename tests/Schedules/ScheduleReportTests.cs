using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Runbook.Cluster;
using Runbook.Schedules;
using Runbook.Settings;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Tests.Output;
using Xunit;

namespace Tests.Schedules;

public class ScheduleReportTests
{
    public static TheoryData<string> States => ["on", "paused", "broken", "absent", "clocks"];

    [Theory, MemberData(nameof(States))]
    public void It_reads_the_same_every_time(string state)
    {
        var settings = state == "clocks" ? With(new() { Full = new() { Cron = "30 2 * * *", TimeZone = "Europe/Berlin" }, Diff = new() { Cron = "0 */6 * * *", TimeZone = "Europe/Berlin" }, Incr = new() { Cron = "" } })
            : With(new() { Full = new() { TimeZone = "Europe/Berlin" } });
        var document = ScheduleReport.Document(settings, FactsOf(state), new FakeTimeProvider(Given.Noon.AddHours(3)));
        $"{ScheduleReport.Text(document, new("production"))}\n\n{ScheduleReport.Json(document)}\n".ShouldBeApproved($"schedule-{state}");
    }

    [Fact]
    public void Without_a_repository_there_are_none()
    {
        var document = ScheduleReport.Document(Given.WithoutBackups, Given.Running, TimeProvider.System);
        ScheduleReport.Text(document, new("local")).ShouldBe("no repository is configured: there are no scheduled backups");
    }

    private static ClusterSettings With(ScheduleSettings schedules) => Given.Settings with { Pgbackrest = Given.Settings.Pgbackrest with { Schedules = schedules } };

    private static ClusterFacts FactsOf(string state) => state switch
    {
        "absent" => Given.Absent,
        "paused" => Ran(RunResult.Done) with
        {
            Jobs = Given.Jobs("postgres", "pgbackrest"),
            Node = Ran(RunResult.Done).Node! with { Paused = new(Given.Noon, "ann@desk", "moving the disks") },
        },
        "broken" => Ran(RunResult.Failed, new PeriodicCheck(Given.Noon, "failed", ["WAL is not archived"])) with { Jobs = Given.Running.Jobs.Remove("pgbackrest-incr").SetItem("pgbackrest-full", new("pgbackrest-full", "dead", Stopped: true)) },
        _ => Ran(RunResult.Done),
    };

    private static ClusterFacts Ran(RunResult full, PeriodicCheck? check = null) => Given.With(n => n with
    {
        Check = check ?? new PeriodicCheck(Given.Noon.AddHours(2), "ok", []),
        Runs = ImmutableDictionary<BackupType, ScheduledRun>.Empty
            .Add(BackupType.Full, new(Given.Noon.AddDays(-1), full) { ExitCode = full == RunResult.Failed ? 56 : 0, StartedAt = Given.Noon.AddDays(-1).AddSeconds(2), EndedAt = Given.Noon.AddDays(-1).AddMinutes(7) })
            .Add(BackupType.Incr, new(Given.Noon, RunResult.Skipped) { StartedAt = Given.Noon, EndedAt = Given.Noon.AddSeconds(4), Why = $"set {Given.Label} holds it" }),
    });
}

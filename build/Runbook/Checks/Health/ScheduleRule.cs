using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Checks;

/// <summary>Whether the schedules that are configured run, and how their last runs ended. Pure.</summary>
public static class ScheduleRule
{
    /// <summary>What was found; nothing without a repository.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        if (!look.Settings.HasBackups)
            return [];
        return [Running(look.Facts, [.. JobCatalog.Schedules.Where(j => j.IsDeployed(look.Settings)).Select(j => j.Id(look.Settings))], look), .. Paused(look), .. Runs(look)];
    }

    private static Finding Running(ClusterFacts facts, List<string> expected, HealthLook look)
    {
        var halted = expected.Where(id => !facts.Jobs.TryGetValue(id, out var job) || job.Stopped).ToList();
        var measures = new[] { Metrics.SchedulesExpected.Of(expected.Count), Metrics.SchedulesRunning.Of(expected.Count - halted.Count) };
        // What is paused is not missed; the pause itself is told.
        var missed = facts.Node?.Paused is null ? halted : halted.Except(JobCatalog.BackupIds(look.Settings)).ToList();
        var on = expected.Except(halted).ToList();
        if (missed.Count == 0)
            return new Finding(HealthLevel.Ok, "schedules", on.Count == 0 ? "none is to run" : $"{string.Join(", ", on)} run{(on.Count == 1 ? "s" : "")}") { Measures = [.. measures] };
        // A restore stops them, and brings them back at its end.
        var restoring = facts.Node?.Restore is not null;
        return new Finding(
            missed.Count == expected.Count && !restoring ? HealthLevel.Critical : HealthLevel.Warning, "schedules",
            $"{string.Join(", ", missed)} {(missed.Count == 1 ? "is" : "are")} stopped or missing in Nomad{(restoring ? " while a restore is not finished" : "")}")
        {
            Threshold = "critical when all are",
            Next = restoring ? RestoreWords.Due(facts.Node!.Restore!) : "./build.sh Deploy",
            Measures = [.. measures],
        };
    }

    private static IEnumerable<Finding> Paused(HealthLook look)
    {
        if (look.Facts.Node is not { } node)
            yield break;
        yield return node.Paused is { } pause
            ? new Finding(HealthLevel.Warning, "pause", $"the scheduled backups are paused {ClusterWords.Of(pause)}") { Next = "./build.sh ResumeSchedules", Measures = [Metrics.SchedulesPaused.Of(true)] }
            : new Finding(HealthLevel.Ok, "pause", "the scheduled backups are not paused") { Measures = [Metrics.SchedulesPaused.Of(false)] };
    }

    private static IEnumerable<Finding> Runs(HealthLook look)
    {
        var failed = JobCatalog.Backups.Where(j => j.IsDeployed(look.Settings)).Select(j => (Job: j.Id(look.Settings), Type: BackupTypes.Of(j.Role)))
            .Select(b => (b.Job, b.Type, Run: LastRuns.Of(look.Facts, b.Job, b.Type)))
            .Where(b => b.Run is { Result: RunResult.Failed or RunResult.Interrupted }).ToList();
        var measure = Metrics.FailedRuns.Of(failed.Count);
        if (failed.Count == 0)
            return [new Finding(HealthLevel.Ok, "schedule-run", "no scheduled backup failed when it last ran") { Measures = [measure] }];
        return failed.Select((b, i) => new Finding(HealthLevel.Warning, "schedule-run", $"{b.Job}, due {Words.At(b.Run!.DueAt)}, {How(b.Run)}")
        {
            Next = $"./build.sh Logs --job {b.Job}; ./build.sh Backup --backup-type {b.Type.ToString().ToLowerInvariant()} takes one now", Measures = i == 0 ? [measure] : [],
        });
    }

    private static string How(ScheduledRun run) => run.Result == RunResult.Interrupted ? "was killed" : run.ExitCode > 0 ? $"failed with exit code {run.ExitCode}" : "failed";
}

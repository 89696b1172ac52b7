using System.Globalization;
using System.Text.Json;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Wal;
using Spectre.Console;
using Text = Spectre.Console.Text;

namespace Runbook.Schedules;

/// <summary>What runs by a schedule: how it is configured, what Nomad has of it, what became of the last run and when the next ones are due.</summary>
public static class ScheduleReport
{
    private const int Runs = 3;

    private const string Check = "check";

    /// <summary>Puts what was observed into the document that programs read.</summary>
    public static ScheduleDocument Document(ClusterSettings settings, ClusterFacts facts, TimeProvider time)
    {
        if (!settings.HasBackups)
            return new ScheduleDocument(null, []);
        var paused = facts.Node?.Paused;
        return new ScheduleDocument(PauseDocument.Of(paused), [.. JobCatalog.Schedules.Select(Of)]);

        ScheduledJobDocument Of(CatalogJob job)
        {
            var id = job.Id(settings);
            var schedule = job.Schedule!(settings);
            return Job(
                job.Role.ToString().ToLowerInvariant(), id, schedule, schedule.IsOn && job.Role.IsBackup() && paused is not null ? "paused" : State(schedule, id, facts),
                job.Role.IsBackup() ? LastRuns.Of(facts, id, BackupTypes.Of(job.Role)) : Last(facts.Node?.Check), time);
        }
    }

    /// <summary>The document as JSON.</summary>
    public static string Json(ScheduleDocument document) => JsonSerializer.Serialize(document, ScheduleJson.Default.ScheduleDocument);

    /// <summary>The document as a table, with what to do where something is not as it should be.</summary>
    /// <param name="d">What was observed.</param>
    /// <param name="typed">What the commands are typed with.</param>
    public static string Text(ScheduleDocument d, CommandOptions typed)
    {
        var writer = new StringWriter();
        if (d.Paused is { } pause)
            writer.WriteLine($"paused {ClusterWords.Of(new SchedulePause(pause.Since, pause.By, pause.Reason))}");
        if (d.Jobs.Count == 0)
            writer.WriteLine("no repository is configured: there are no scheduled backups");
        else
            Table(writer, d.Jobs);
        foreach (var note in Notes(d).Select(typed.In))
            writer.WriteLine(note);
        return writer.ToString().TrimEnd();
    }

    private static void Table(TextWriter writer, IEnumerable<ScheduledJobDocument> jobs)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var heading in (string[])["type", "cron", "zone", "state", "last run", "due (UTC)", "due (zone)"])
            table.AddColumn(new TableColumn(heading) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        foreach (var job in jobs)
        {
            var due = job.Next.Select(n => (Utc: n.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
                Zone: n.ToString("ddd yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture))).ToList();
            Row(job.Type, job.Cron.Length > 0 ? job.Cron : "-", job.Cron.Length > 0 ? job.TimeZone : "", job.State, Last(job.Last), due.FirstOrDefault(("-", "")));
            foreach (var later in due.Skip(1))
                Row("", "", "", "", "", later);
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        // A table that is wider than the screen is read in a pager; one with broken lines is not read at all.
        console.Profile.Width = 200;
        console.Write(table);

        void Row(string type, string cron, string zone, string state, string last, (string Utc, string Zone) due) =>
            table.AddRow(new Text(type), new Text(cron), new Text(zone), new Text(state), new Text(last), new Text(due.Utc), new Text(due.Zone));
    }

    private static string Last(ScheduledRunDocument? run) => run is null
        ? "-"
        : $"{run.Result}{(run.ExitCode is { } code ? $" ({code})" : "")} {Words.At(run.DueAt)}{(run is { StartedAt: { } start, EndedAt: { } end } ? $", {Words.Span(end - start)}" : "")}";

    private static IEnumerable<string> Notes(ScheduleDocument d)
    {
        foreach (var job in d.Jobs)
        {
            if (job is { Type: Check, Last.Result: "failed" })
                yield return "the last check found something critical: ./build.sh Check";
            else if (job.Last is { Result: "failed" or "interrupted" })
                yield return $"the last {job.Type} backup {(job.Last.Result == "failed" ? "failed" : "was killed")}: ./build.sh Logs --job {job.Job}; ./build.sh Backup --backup-type {job.Type} takes one now";
            if (job.Last?.Why is { } why)
                yield return $"the last {(job.Type == Check ? "check" : $"{job.Type} backup")} was skipped: {why}";
            if (job.Skipped is { } time)
                yield return $"{job.Type}: the clocks of {job.TimeZone} skip {time}, so there is no run then";
        }
        if (d.Paused is not null)
            yield return "./build.sh ResumeSchedules resumes the schedules";
        else if (d.Jobs.Any(j => j.State is "stopped" or "missing"))
            yield return "./build.sh Deploy starts what is stopped or missing";
    }

    private static string State(Schedule schedule, string job, ClusterFacts facts)
    {
        if (!schedule.IsOn)
            return "off";
        return !facts.Jobs.TryGetValue(job, out var row) ? "missing" : row.Stopped ? "stopped" : "on";
    }

    private static ScheduledJobDocument Job(string type, string job, Schedule schedule, string state, ScheduledRun? last, TimeProvider time) => new(
        type, job, schedule.Cron, schedule.TimeZone, state, Document(last), [.. schedule.Next(time, Runs).Select(n => Local(n, schedule))],
        schedule.Skipped(time)?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));

    private static ScheduledRun? Last(PeriodicCheck? check) => check is null
        ? null
        : new ScheduledRun(check.At, check.IsOk ? RunResult.Done : check.IsSkipped ? RunResult.Skipped : RunResult.Failed)
        {
            Why = check.IsSkipped ? string.Join(", ", check.Problems) : "",
        };

    private static DateTimeOffset Local(DateTimeOffset moment, Schedule schedule) =>
        TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone));

    private static ScheduledRunDocument? Document(ScheduledRun? run) => run is null
        ? null
        : new ScheduledRunDocument(
            run.DueAt, run.Result.ToString().ToLowerInvariant(), run.StartedAt, run.EndedAt,
            run.Result == RunResult.Failed && run.EndedAt is not null ? run.ExitCode : null, run.Why.Length > 0 ? run.Why : null);
}

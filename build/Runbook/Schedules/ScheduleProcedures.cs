using Runbook.Cluster;
using Runbook.Output;
using Runbook.Run;
using Runbook.Settings;

namespace Runbook.Schedules;

/// <summary>Schedule, PauseSchedules and ResumeSchedules.</summary>
public static class ScheduleProcedures
{
    /// <summary>Holds the scheduled backups back until they are resumed.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="reason">Why, as <see cref="PausePlanner.Reason"/> gives it.</param>
    /// <param name="secrets">Of the operator.</param>
    /// <param name="dryRun">Only shows the plan.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static Task PauseAsync(Session session, string reason, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.HoldAsync("PauseSchedules", dryRun, async token =>
        {
            var plan = PausePlanner.Pause(session.Settings, await session.Reader.ReadAsync(token), reason, ClusterLock.Person, session.Time.GetUtcNow());
            await session.Runner(secrets).RunAsync(plan, dryRun, token);
        }, ct);

    /// <summary>Resume the scheduled backups.</summary>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static Task ResumeAsync(Session session, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.CarryOutAsync("ResumeSchedules", (facts, changes) => PausePlanner.Resume(session.Settings, facts, changes), secrets, dryRun, ct);

    /// <summary>How they are, and when they run next.</summary>
    public static async Task<string> ReadAsync(Session session, CommandOptions typed, OutputFormat format, CancellationToken ct) =>
        Text(session.Settings, typed, await session.Reader.LookAsync(ct), format, session.Time);

    /// <summary>The schedules of a cluster of which nothing exists.</summary>
    public static string Absent(ClusterSettings settings, CommandOptions typed, OutputFormat format, TimeProvider time) =>
        Text(settings, typed, new ClusterFacts { ServerJob = settings.Postgres.JobName }, format, time);

    private static string Text(ClusterSettings settings, CommandOptions typed, ClusterFacts facts, OutputFormat format, TimeProvider time)
    {
        var document = ScheduleReport.Document(settings, facts, time);
        return format == OutputFormat.Json ? ScheduleReport.Json(document) : ScheduleReport.Text(document, typed);
    }
}

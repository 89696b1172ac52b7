using Runbook.Plan;
using Runbook.Run;

namespace Runbook.Procedures;

/// <summary>PauseSchedules and ResumeSchedules.</summary>
public static class Schedules
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

    /// <summary>Brings the scheduled backups back.</summary>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static Task ResumeAsync(Session session, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.CarryOutAsync("ResumeSchedules", (facts, changes) => PausePlanner.Resume(session.Settings, facts, changes), secrets, dryRun, ct);
}

using Runbook.Plan;
using Runbook.Render;
using Runbook.Run;

namespace Runbook.Procedures;

/// <summary>Starts the restored cluster, takes a full backup, brings the schedules back.</summary>
public static class Revert
{
    /// <summary>Runs the procedure.</summary>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static Task RunAsync(Session session, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.HoldAsync("Revert", dryRun, async token =>
        {
            var jobs = session.Renderer.Render(session.Settings);
            var planning = session.PlanJobsAsync(jobs, token);
            var facts = await session.Reader.ReadAsync(token);
            var changes = await planning;
            if (!dryRun)
                JobsDirectory.Write(session.JobsPath, jobs);
            await session.Runner(secrets).RunAsync(RevertPlanner.Make(session.Settings, facts, changes), dryRun, token);
        }, ct);
}

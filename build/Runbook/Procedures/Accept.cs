using Runbook.Plan;
using Runbook.Render;
using Runbook.Run;

namespace Runbook.Procedures;

/// <summary>Lets a paused restore go on to a cluster that serves, is backed up and protected.</summary>
public static class Accept
{
    /// <summary>Runs the procedure.</summary>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static Task RunAsync(Session session, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.HoldAsync("Accept", dryRun, async token =>
        {
            var jobs = session.Renderer.Render(session.Settings);
            var planning = session.PlanJobsAsync(jobs, token);
            var facts = await session.Reader.ReadAsync(token);
            var plan = AcceptPlanner.Make(session.Settings, facts, await planning);
            if (!dryRun)
                JobsDirectory.Write(session.JobsPath, jobs);
            await session.Runner(secrets).RunAsync(plan, dryRun, token);
        }, ct);
}

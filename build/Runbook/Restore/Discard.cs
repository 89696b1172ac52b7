using Runbook.Cluster;
using Runbook.Run;

namespace Runbook.Restore;

/// <summary>Removes directories that restores set aside.</summary>
public static class Discard
{
    /// <summary>Runs the procedure.</summary>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static Task RunAsync(Session session, string id, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.HoldAsync("Discard", dryRun, async token =>
        {
            var plan = DiscardPlanner.Make(await session.Reader.ReadAsync(token), id, session.Time.GetUtcNow());
            await session.Runner(secrets).RunAsync(plan, dryRun, token);
        }, ct);
}

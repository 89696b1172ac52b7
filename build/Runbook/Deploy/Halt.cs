using Runbook.Cluster;
using Runbook.Run;

namespace Runbook.Deploy;

/// <summary>Stop and Destroy.</summary>
public static class Halt
{
    /// <summary>Stops the schedules and the server; data, backups and jobs stay.</summary>
    /// <exception cref="RunbookException">Something did not stop.</exception>
    public static Task StopAsync(Session session, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.HoldAsync("Stop", dryRun, async token =>
        {
            var plan = HaltPlanner.Stop(session.Settings, await ReadAsync(session, token));
            await session.Runner(secrets).RunAsync(plan, dryRun, token);
        }, ct);

    /// <summary>Removes every job of the cluster from Nomad. Data directory and backups stay on the volumes.</summary>
    /// <exception cref="RunbookException">Something did not stop.</exception>
    public static Task DestroyAsync(Session session, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.HoldAsync("Destroy", dryRun, async token =>
        {
            var plan = HaltPlanner.Destroy(session.Settings, await ReadAsync(session, token));
            await session.Runner(secrets).RunAsync(plan, dryRun, token);
        }, ct);

    // All of them before the first is stopped.
    private static async Task<ClusterFacts> ReadAsync(Session session, CancellationToken ct)
    {
        var facts = await session.Reader.ReadAsync(ct);
        await session.Nomad.GuardAsync(facts.Jobs.Keys, ct);
        return facts;
    }
}

using Runbook.Cluster;
using Runbook.Run;

namespace Runbook.Restore;

/// <summary>Lets a paused restore go on to a cluster that serves, is backed up and protected.</summary>
public static class Accept
{
    /// <summary>Runs the procedure.</summary>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static Task RunAsync(Session session, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.CarryOutAsync("Accept", (facts, changes) => AcceptPlanner.Make(session.Settings, facts, changes), secrets, dryRun, ct);
}

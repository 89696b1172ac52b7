using Runbook.Cluster;
using Runbook.Run;

namespace Runbook.Restore;

/// <summary>Start the restored cluster, resume the schedules, take a backup.</summary>
public static class Revert
{
    /// <summary>Runs the procedure.</summary>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static Task RunAsync(Session session, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.CarryOutAsync("Revert", (facts, changes) => RevertPlanner.Make(session.Settings, facts, changes), secrets, dryRun, ct);
}

using Runbook.Cluster;
using Runbook.Run;
using Runbook.Wal;

namespace Runbook.Backups;

/// <summary>Takes a backup now; ends only when the new set stands in the repository.</summary>
public static class Backup
{
    /// <summary>Runs the procedure.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="type">Of the backup.</param>
    /// <param name="repository">Number of the repository that gets it; 0 for each of them.</param>
    /// <param name="secrets">Of the operator.</param>
    /// <param name="dryRun">Only shows the plan.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">A guard said no, or the backup failed.</exception>
    public static Task RunAsync(Session session, BackupType type, int repository, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.HoldAsync("Backup", dryRun, async token =>
        {
            var plan = BackupPlanner.Make(session.Settings, await session.Reader.ReadAsync(token), type, repository);
            await session.Runner(secrets).RunAsync(plan, dryRun, token);
        }, ct);
}

using Runbook.Facts;
using Runbook.Plan;
using Runbook.Run;

namespace Runbook.Procedures;

/// <summary>Takes a backup now; ends only when the new set stands in the repository.</summary>
public static class Backup
{
    /// <summary>Runs the procedure.</summary>
    /// <exception cref="RunbookException">A guard said no, or the backup failed.</exception>
    public static Task RunAsync(Session session, BackupType type, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.HoldAsync("Backup", dryRun, async token =>
        {
            var plan = BackupPlanner.Make(session.Settings, await session.Reader.ReadAsync(token), type);
            await session.Runner(secrets).RunAsync(plan, dryRun, token);
        }, ct);
}

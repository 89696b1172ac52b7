using Nuke.Common;
using Runbook.Plan;
using Runbook.Procedures;

public partial class Build
{
    Target Backup => _ => _
        .Description("Takes a backup now and waits until its set stands in the repository")
        .After(Deploy)
        .Executes(() => Carry(Needs.Nomad, async (w, ct) =>
            await Runbook.Procedures.Backup.RunAsync(await w.SessionAsync(ct), BackupType, w.Secrets(), DryRun, ct)));

    Target Backups => _ => _
        .Description("Lists the backup sets and the window that can be restored")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) =>
            w.Print(await Look.BackupsAsync(await w.SessionAsync(ct), w.Format, ct))));

    Target Restore => _ => _
        .Description("Puts a backup set in place of the live data, which is kept; Revert starts it")
        .Requires(() => BackupSet)
        .Executes(() => Carry(Needs.Cluster, async (w, ct) =>
        {
            await Runbook.Procedures.Restore.RunAsync(
                await w.SessionAsync(ct), new RestoreRequest(BackupSet, RecoveryTarget == RestoreTarget.Latest ? Runbook.Plan.RecoveryTarget.Latest : Runbook.Plan.RecoveryTarget.Immediate), w.Secrets(), DryRun, ct);
            w.SayNext(DryRun, "./build.sh Revert");
        }));

    Target Revert => _ => _
        .Description("Starts the restored cluster, takes a full backup, brings the schedules back")
        .After(Restore)
        .Executes(() => Carry(Needs.Nomad, async (w, ct) =>
        {
            await Runbook.Procedures.Revert.RunAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct);
            w.SayWhereItIs(DryRun);
        }));
}

using Nuke.Common;
using Runbook.Backups;
using Runbook.Cluster;
using Runbook.Restore;

public partial class Build
{
    Target Backup => _ => _
        .Description("Takes a backup now and waits until its set stands in the repository")
        .After(Deploy)
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
            await Runbook.Backups.Backup.RunAsync(await w.SessionAsync(ct), BackupType, Repository, w.Secrets(), DryRun, ct)));

    Target Backups => _ => _
        .Description("Lists the backup sets and the window that can be restored")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) =>
            w.Print(await BackupList.ReadAsync(await w.SessionAsync(ct), w.Format, ct))));

    Target Restore => _ => _
        .Description("Recovers the cluster to a point, beside the live data, which is kept; Revert starts it")
        .Executes(() => Change(Needs.Cluster, RestoreWords, async (w, request, ct) =>
        {
            if (InPlace)
                w.Confirm(Yes || DryRun, "Restore --in-place", "restore over its live directory, which cannot be undone", "the same command with --yes");
            await Runbook.Restore.RestoreProcedure.RunAsync(await w.SessionAsync(ct), request, w.Secrets(), DryRun, ct);
            w.SayNext(DryRun, Pause ? "./build.sh Psql to look at it, then ./build.sh Accept or ./build.sh Undo" : Online ? "./build.sh Status" : "./build.sh Revert");
        }));

    Target Accept => _ => _
        .Description("Goes on with a paused restore: to a cluster that serves, with its schedules and a backup")
        .After(Restore)
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
        {
            await Runbook.Restore.Accept.RunAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct);
            await w.SayWhereItIsAsync(DryRun, ct);
        }));

    Target Undo => _ => _
        .Description("Goes back to the data of before a restore; gives up one that is not through")
        .After(Restore)
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
        {
            await Runbook.Restore.Undo.RunAsync(await w.SessionAsync(ct), Id, w.Secrets(), DryRun, ct);
            await w.SayWhereItIsAsync(DryRun, ct);
        }));

    Target Discard => _ => _
        .Description("Removes data that a restore kept: --id, or --id all")
        .Requires(() => Id)
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
        {
            w.Confirm(Yes || DryRun, $"Discard --id {Id}", $"remove {(Id == DiscardPlanner.All ? "every kept directory" : $"kept directory {Id}")} for good", $"./build.sh Discard --id {Id} --yes");
            await Runbook.Restore.Discard.RunAsync(await w.SessionAsync(ct), Id, w.Secrets(), DryRun, ct);
        }));

    Target Revert => _ => _
        .Description("Starts the restored cluster, brings the schedules back, takes a backup")
        .After(Restore)
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
        {
            await Runbook.Restore.Revert.RunAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct);
            await w.SayWhereItIsAsync(DryRun, ct);
        }));

    // What was typed, as a request; nothing is restored by default.
    RestoreRequest RestoreWords() => RecoveryTargetParser.Parse(new TargetWords
    {
        BackupSet = BackupSet, RecoveryTarget = RecoveryTarget, Time = TargetTime, Lsn = TargetLsn, Xid = TargetXid, Name = TargetName,
        Exclusive = TargetExclusive, Timeline = TargetTimeline, Pause = Pause, Online = Online, InPlace = InPlace,
    });
}

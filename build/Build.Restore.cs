using Nuke.Common;
using Runbook.Cluster;
using Runbook.Restore;

public partial class Build
{
    Target Restore => _ => _
        .Description("Recover the cluster to a point in time in a copy; the live data is kept. Then run Revert")
        .Executes(() => Change(Needs.Cluster, RestoreWords, async (w, request, ct) =>
        {
            if (InPlace)
                w.Confirm(Yes || DryRun, "Restore --in-place", "restore over its live directory, which cannot be undone", "the same command with --yes");
            await RestoreProcedure.RunAsync(await w.SessionAsync(ct), request, w.Secrets(), DryRun, ct);
            w.SayNext(DryRun, Pause ? "./build.sh Psql to look at it, then ./build.sh Accept or ./build.sh Undo" : Online ? "./build.sh Status" : "./build.sh Revert");
        }));

    Target Revert => _ => _
        .Description("Start the restored cluster, resume the schedules, take a backup")
        .After(Restore)
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
        {
            await Runbook.Restore.Revert.RunAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct);
            await w.SayWhereItIsAsync(DryRun, ct);
        }));

    Target Undo => _ => _
        .Description("Return to the data from before a restore, or cancel an unfinished restore")
        .After(Restore)
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
        {
            await Runbook.Restore.Undo.RunAsync(await w.SessionAsync(ct), Id, w.Secrets(), DryRun, ct);
            await w.SayWhereItIsAsync(DryRun, ct);
        }));

    Target Accept => _ => _
        .Description("Continue a paused restore: start the cluster, resume the schedules, take a backup")
        .After(Restore)
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
        {
            await Runbook.Restore.Accept.RunAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct);
            await w.SayWhereItIsAsync(DryRun, ct);
        }));

    Target Discard => _ => _
        .Description("Remove data that a restore kept: --id, or --id all")
        .Requires(() => Id)
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
        {
            w.Confirm(Yes || DryRun, $"Discard --id {Id}", $"remove {(Id == DiscardPlanner.All ? "every kept directory" : $"kept directory {Id}")} for good", $"./build.sh Discard --id {Id} --yes");
            await Runbook.Restore.Discard.RunAsync(await w.SessionAsync(ct), Id, w.Secrets(), DryRun, ct);
        }));

    // What was typed, as a request; nothing is restored by default.
    RestoreRequest RestoreWords() => RecoveryTargetParser.Parse(new TargetWords
    {
        BackupSet = BackupSet, RecoveryTarget = RecoveryTarget, Time = TargetTime, Lsn = TargetLsn, Xid = TargetXid, Name = TargetName,
        Exclusive = TargetExclusive, Timeline = TargetTimeline, Pause = Pause, Online = Online, InPlace = InPlace,
    });
}

using Nuke.Common;
using Runbook.Backups;

public partial class Build
{
    [Parameter("Number of the repository; all when not given")]
    readonly int Repository;

    Target Backup => _ => _
        .Description("Take a backup now and wait until it is in the repository")
        .After(Deploy)
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
            await Runbook.Backups.Backup.RunAsync(await w.SessionAsync(ct), BackupType, Repository, w.Secrets(), DryRun, ct)));

    Target Backups => _ => _
        .Description("List the backup sets and the times that can be restored")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) =>
            w.Print(await BackupList.ReadAsync(await w.SessionAsync(ct), w.Format, ct))));

    Target Verify => _ => _
        .Description("Read every file of the repositories, look for gaps in their WAL, and show which times cannot be restored")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) =>
            await Runbook.Backups.Verify.RunAsync(await w.SessionAsync(ct), Repository, w.Format, DryRun, w.PrintTyped, ct)));

    Target Expire => _ => _
        .Description("Show which backup sets would be removed and what could be restored then. Asks for confirmation")
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
            await Runbook.Backups.Expire.RunAsync(
                await w.SessionAsync(ct), new ExpireRequest(Repository, BackupSet), w.Secrets(), w.Person, Yes, DryRun, w.Format, w.PrintTyped, ct)));

    Target Escrow => _ => _
        .Description("Print what to keep outside of the cluster, without secrets, and how to restore by hand")
        .Executes(() => Carry(Needs.Look, async (w, ct) => w.Print(await w.EscrowAsync(ct))));
}

using Nuke.Common;
using Runbook.Backups;

public partial class Build
{
    [Parameter("Number of the repository; all when not given")]
    readonly int Repository;

    [Parameter("Location of a repository that Deploy may remove although no other one holds a full backup; separate several with commas")]
    readonly string DropRepository = "";

    [Parameter("Let Import take over a stopped cluster in the data directory that has no job in Nomad")]
    readonly bool TakeOver;

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

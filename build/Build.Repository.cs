using Nuke.Common;
using Runbook.Backups;

public partial class Build
{
    [Parameter("Number of the repository that is meant; all of them when not given")]
    readonly int Repository;

    [Parameter("Location of a repository that Deploy gives up although no other one holds a full backup; several with commas")]
    readonly string DropRepository = "";

    [Parameter("Import: also a stopped cluster in the data directory that no job of Nomad knows")]
    readonly bool TakeOver;

    Target Verify => _ => _
        .Description("Reads every file of the repositories, looks for gaps in their WAL, says which times are lost")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) =>
            await Runbook.Backups.Verify.RunAsync(await w.SessionAsync(ct), Repository, w.Format, DryRun, w.PrintTyped, ct)));

    Target Expire => _ => _
        .Description("Shows which backup sets would go and what could be restored then; asks, then removes them")
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
            await Runbook.Backups.Expire.RunAsync(
                await w.SessionAsync(ct), new ExpireRequest(Repository, BackupSet), w.Secrets(), w.Person, Yes, DryRun, w.Format, w.PrintTyped, ct)));

    Target Escrow => _ => _
        .Description("Prints what must be kept outside of the cluster, without secrets, and how to restore by hand")
        .Executes(() => Carry(Needs.Look, async (w, ct) => w.Print(await w.EscrowAsync(ct))));
}

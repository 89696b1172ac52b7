using Nuke.Common;
using Runbook.Deploy;
using Runbook.Nomad;

public partial class Build
{
    [Parameter("Location of a repository that Deploy may remove although no other one holds a full backup; separate several with commas")]
    readonly string DropRepository = "";

    [Parameter("Let Import take over a stopped cluster in the data directory that has no job in Nomad")]
    readonly bool TakeOver;

    Target Deploy => _ => _
        .Description("Create the cluster with its backups, or apply changes of the configuration")
        .Executes(() => Change(Needs.Cluster, async (w, ct) =>
        {
            await DeployProcedure.RunAsync(await w.SessionAsync(ct), w.Secrets(), w.Person, new(DropRepository, Yes), DryRun, ct);
            await w.SayWhereItIsAsync(DryRun, ct);
        }));

    // Hides the switch --plan of the host, which is another thing and stays.
    new Target Plan => _ => _
        .Description("Show what Deploy would do, job by job. Exit code 0: nothing; 10: changes")
        .Executes(() => Carry(Needs.Look, async (w, ct) => await w.PlanAsync(ct)));

    Target Drift => _ => _
        .Description("Show where jobs and settings differ from the configuration. Exit code 0: nowhere; 10: differences")
        .Executes(() => Carry(Needs.Look, async (w, ct) => await w.DriftAsync(ct)));

    Target Import => _ => _
        .Description("Take over a cluster that the old Terraform module or another tool deployed: same data, same stanza. Asks for confirmation")
        .Executes(() => Change(Needs.Cluster, async (w, ct) =>
        {
            await Runbook.Deploy.Import.RunAsync(await w.SessionAsync(ct, TakeOver ? TakeOverScope.Everything : TakeOverScope.Unmanaged), w.Secrets(), w.Person, Yes, TakeOver, DryRun, ct);
            await w.SayWhereItIsAsync(DryRun, ct);
        }));

    Target Stop => _ => _
        .Description("Stop the schedules and the server; data and backups stay")
        .Executes(() => Change(Needs.Nomad, async (w, ct) => await Halt.StopAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct)));

    Target Destroy => _ => _
        .Description("Remove every job of the cluster from Nomad; data and backups stay on the volumes")
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
        {
            w.Confirm(Yes || DryRun, "Destroy", "remove its jobs", "./build.sh Destroy --yes");
            await Halt.DestroyAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct);
            w.Close(DryRun);
        }));

    Target RenderJobs => _ => _
        .Description("Write the jobspecs of the profile to jobs/<profile>")
        .Executes(() => Carry(Needs.Settings, (w, ct) => w.RenderJobs()));
}

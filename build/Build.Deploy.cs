using Nuke.Common;
using Runbook.Deploy;
using Runbook.Nomad;

public partial class Build
{
    Target RenderJobs => _ => _
        .Description("Writes the jobspecs of the profile to jobs/<profile>")
        .Executes(() => Carry(Needs.Settings, (w, ct) => w.RenderJobs()));

    Target Deploy => _ => _
        .Description("Brings up the cluster with backups, or changes it to what is configured")
        .Executes(() => Change(Needs.Cluster, async (w, ct) =>
        {
            await Runbook.Deploy.DeployProcedure.RunAsync(await w.SessionAsync(ct), w.Secrets(), w.Person, new(DropRepository, Yes), DryRun, ct);
            await w.SayWhereItIsAsync(DryRun, ct);
        }));

    // Hides the switch --plan of the host, which is another thing and stays.
    new Target Plan => _ => _
        .Description("Says what Deploy would do, job by job: ends with 0 for nothing, with 10 for something")
        .Executes(() => Carry(Needs.Look, async (w, ct) => await w.PlanAsync(ct)));

    Target Drift => _ => _
        .Description("Says what runs otherwise than it is rendered, jobs and settings: ends with 0 for nothing, with 10 for something")
        .Executes(() => Carry(Needs.Look, async (w, ct) => await w.DriftAsync(ct)));

    Target Import => _ => _
        .Description("Takes over a cluster that the old Terraform module or somebody else has deployed: same data, same stanza; asks")
        .Executes(() => Change(Needs.Cluster, async (w, ct) =>
        {
            await Runbook.Deploy.Import.RunAsync(await w.SessionAsync(ct, TakeOver ? TakeOverScope.Everything : TakeOverScope.Unmanaged), w.Secrets(), w.Person, Yes, TakeOver, DryRun, ct);
            await w.SayWhereItIsAsync(DryRun, ct);
        }));

    Target Stop => _ => _
        .Description("Stops the schedules and the server; data and backups stay")
        .Executes(() => Change(Needs.Nomad, async (w, ct) => await Halt.StopAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct)));

    Target Destroy => _ => _
        .Description("Removes every job of the cluster from Nomad; data and backups stay on the volumes")
        .Executes(() => Change(Needs.Nomad, async (w, ct) =>
        {
            w.Confirm(Yes || DryRun, "Destroy", "remove its jobs", "./build.sh Destroy --yes");
            await Halt.DestroyAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct);
            w.Close(DryRun);
        }));
}

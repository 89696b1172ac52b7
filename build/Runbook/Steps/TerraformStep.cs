using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>Carries out an apply and sees to it that Nomad has what was asked for: Terraform looks at its state, and that may lag behind.</summary>
/// <param name="settings">Of the cluster.</param>
/// <param name="terraform">Applies.</param>
/// <param name="nomad">Says what is.</param>
/// <param name="listener">Hears what Terraform did not do.</param>
/// <param name="end">Waits until nothing of these jobs runs any more; what they are is for its error.</param>
internal sealed class TerraformStep(
    ClusterSettings settings, TerraformEngine terraform, NomadClient nomad, IRunListener listener,
    Func<IReadOnlyList<string>, string, CancellationToken, Task> end)
{
    public async Task RunAsync(ApplyTerraform step, CancellationToken ct)
    {
        await terraform.ApplyAsync(step, ct);
        await StoppedAsync(step, ct);
        foreach (var job in step.Start)
        {
            // Before Nomad 1.6 nobody tells Terraform what a job was made from: a change by hand does not show in its plan. Its state says already
            // what is submitted here.
            var plan = await nomad.PlanAsync(job.Text, ct);
            if (!plan.Changed)
                continue;
            listener.Note($"{job.Id} was changed outside of Terraform: it is changed back");
            await nomad.RunAsync(job.Text, plan.ModifyIndex, ct);
        }
    }

    private async Task StoppedAsync(ApplyTerraform step, CancellationToken ct)
    {
        if (step.Stop.Count == 0)
            return;
        var there = (await nomad.JobsAsync(ct)).ToDictionary(j => j.Id);
        var purged = new List<string>();
        foreach (var job in step.Stop)
        {
            var goesOn = there.TryGetValue(job.Id, out var row) && !row.Stopped;
            if (goesOn)
                listener.Note($"{job.Id} is not in Terraform's state: it is stopped without Terraform");
            if (goesOn)
                await nomad.StopAsync(job.Id, purge: false, ct);
            if ((goesOn && settings.Nomad.PurgeOnStop) || (row is not null && job.Purge))
                purged.Add(job.Id);
        }

        if (step.Stop.Where(s => s.EndRuns).Select(s => s.Id).ToList() is { Count: > 0 } ending)
            await end(ending, string.Join(", ", ending), ct);
        // Last: a purge takes the allocations out of every list, also of those that still run.
        foreach (var id in purged)
            await nomad.StopAsync(id, purge: true, ct);
    }
}

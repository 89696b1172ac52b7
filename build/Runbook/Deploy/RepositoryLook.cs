using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Render;
using Runbook.Settings;

namespace Runbook.Deploy;

/// <summary>
/// Looks into the repositories of a configuration that is not deployed yet, with secrets that are not the cluster's yet: in a job of its own,
/// which is gone afterwards, so that a refusal has changed nothing.
/// </summary>
public sealed class RepositoryLook(ClusterSettings settings, NomadClient nomad, Dispatcher dispatcher, NodeChannel node, JobRenderer renderer, SecretBundle secrets)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>What the repositories hold.</summary>
    /// <exception cref="RunbookException">The node could not be asked.</exception>
    public async Task<NodeFacts> AskAsync(CancellationToken ct)
    {
        var job = renderer.RenderLook(settings);
        // Of its own each time: what a look that was killed has left must not be taken for this one's.
        var delivery = secrets.Files.Count > 0 ? $"{Guid.NewGuid():N}" : SecretBundle.None;
        try
        {
            var plan = await nomad.PlanAsync(job.Text, ct);
            if (plan.Changed)
                await nomad.RunAsync(job.Text, plan.ModifyIndex, ct);
            var meta = new Dictionary<string, string>(StringComparer.Ordinal) { ["operation"] = "look", ["argument"] = delivery };
            var child = await dispatcher.RunAsync(job.Id, meta, Limit, onLine: null, task => secrets.DeliverAsync(node, task, delivery, ct), ct);
            return child.Allocation.Succeeded
                ? NodeFacts.Parse(child.Output, settings.Pgbackrest.Stanza)
                : throw new RunbookException(ExitCode.Failed, $"the repositories of the new configuration could not be looked into: {child.Reason}")
                {
                    State = "nothing was changed",
                    Next = $"./build.sh Logs --job {child.JobId}",
                };
        }
        finally
        {
            await nomad.StopAsync(job.Id, purge: true, CancellationToken.None);
        }
    }
}

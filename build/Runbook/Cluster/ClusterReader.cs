using System.Collections.Immutable;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Cluster;

/// <summary>Observes a cluster: its jobs and allocations in Nomad, then the node that holds the data.</summary>
/// <param name="settings">Of the cluster.</param>
/// <param name="nomad">The way to Nomad.</param>
/// <param name="node">The way to the node.</param>
/// <param name="seen">Hears what was observed.</param>
public sealed class ClusterReader(ClusterSettings settings, NomadClient nomad, NodeChannel node, Action<ClusterFacts>? seen = null)
{
    private NomadNode? _host;

    /// <summary>Ids of all jobs that a cluster of these settings may have and that run, whether it has them or not.</summary>
    public ImmutableArray<string> JobIds { get; } =
        [.. JobCatalog.Ids(settings, JobKind.Service, JobKind.Dispatched, JobKind.Temporary), .. JobCatalog.Ids(settings, JobKind.Periodic)];

    /// <summary>Reads everything.</summary>
    /// <param name="ct">Gives up.</param>
    /// <param name="throughJob">Asks the node with a job of its own even if one of ours runs: a running task knows only the
    /// configuration that it was started with.</param>
    /// <param name="health">Asks for what tells whether it is healthy, too.</param>
    public async Task<ClusterFacts> ReadAsync(CancellationToken ct, bool throughJob = false, bool health = false) =>
        See(await WithNodeAsync(await ReadJobsAsync(ct), throughJob, Operation(health), ct));

    /// <summary>The same for those that only look: where the node is away, or does not answer, they show what Nomad knows.</summary>
    public async Task<ClusterFacts> LookAsync(CancellationToken ct, bool health = false)
    {
        var facts = await ReadJobsAsync(ct);
        try
        {
            return See(await WithNodeAsync(facts, throughJob: false, Operation(health), ct));
        }
        catch (RunbookException e) when (e.Code == ExitCode.Failed && e is not NomadAwayException)
        {
            return See(facts with { Unasked = new Unasked(e.Message, e.Next) });
        }
    }

    /// <summary>Reads what Nomad knows of the cluster, and nothing of the node.</summary>
    public async Task<ClusterFacts> ReadJobsAsync(CancellationToken ct)
    {
        var allocations = nomad.AllocationsAsync(ct);
        var jobs = await nomad.JobsAsync(ct);
        return new ClusterFacts
        {
            ServerJob = settings.Postgres.JobName,
            RestoreJob = settings.Pgbackrest.RestoreJobName,
            Jobs = jobs.Where(j => JobIds.Contains(j.Id)).ToImmutableDictionary(j => j.Id),
            ScheduledRuns = [.. jobs.Where(j => JobCatalog.BackupIds(settings).Any(id => j.Id.StartsWith($"{id}/periodic-", StringComparison.Ordinal)))],
            Allocations = [.. (await allocations).Where(a => JobIds.Any(a.BelongsTo))],
        };
    }

    /// <summary>Adds what the host of the data is like; nothing is added where no job is there to ask it with.</summary>
    public Task<ClusterFacts> WithHostAsync(ClusterFacts facts, CancellationToken ct) =>
        // Under exec a task sees the host's files as they were when it began.
        WithNodeAsync(facts, throughJob: settings.Nomad.Driver == TaskDriver.Exec, "doctor", ct);

    private static string Operation(bool health) => health ? "health" : "facts";

    private ClusterFacts See(ClusterFacts facts)
    {
        seen?.Invoke(facts);
        return facts;
    }

    private async Task<ClusterFacts> WithNodeAsync(ClusterFacts facts, bool throughJob, string operation, CancellationToken ct)
    {
        var beside = throughJob ? null : facts.Server ?? facts.RunningRestore;
        var askable = beside is not null || facts.Server is not null
            || (facts.Jobs.TryGetValue(settings.Pgbackrest.JobName, out var job) && !job.Stopped);
        if (!askable)
            return facts;
        var asking = node.AskWhereAsync(operation, "", beside, ct);
        var host = HostView.MayDiffer(settings) ? await HostAsync(beside ?? (await asking).Where, ct) : null;
        var (said, where) = await asking;
        RequireNodeOfData(facts, where);
        var read = NodeFacts.Parse(said, settings.Pgbackrest.Stanza);
        if (where.NodeName.Length > 0)
            read = read with { Node = where.NodeName };
        return facts with { Node = HostView.Of(settings, read, host), Host = host };
    }

    // Where several nodes offer the volumes, Nomad picks one: another one's are empty, or another cluster's.
    private void RequireNodeOfData(ClusterFacts facts, NomadAllocation asked)
    {
        if (settings.Nomad.Node.Length == 0 && asked.NodeName.Length > 0 && facts.LastServer is { NodeName.Length: > 0 } last && last.NodeName != asked.NodeName)
            throw new UnplacedException($"node {asked.NodeName} answered, but the server ran last on {last.NodeName}, where its data is")
            {
                State = RunbookException.Unchanged,
                Next = $"set nomad.node to {last.NodeName}; if that node is lost for good, to {asked.NodeName}",
            };
    }

    // Who logs in there looks for the folders under the host's names. They do not change while a run lasts.
    private async Task<NomadNode?> HostAsync(NomadAllocation allocation, CancellationToken ct) =>
        _host is { } known && known.Id == allocation.NodeId ? known : _host = await nomad.NodeOfAsync(allocation, ct);
}

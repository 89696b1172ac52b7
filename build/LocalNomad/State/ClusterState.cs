using System.Collections.Immutable;
using LocalNomad.Model;

namespace LocalNomad.State;

/// <summary>Everything the agent must not forget, at one moment.</summary>
internal sealed record ClusterState
{
    /// <summary>Counts the changes; what was changed last carries it.</summary>
    public long Index { get; init; } = 1;

    public ImmutableSortedDictionary<string, Job> Jobs { get; init; } =
        ImmutableSortedDictionary.Create<string, Job>(StringComparer.Ordinal);

    /// <summary>The latest versions of each job, newest first.</summary>
    public ImmutableDictionary<string, ImmutableList<Job>> Versions { get; init; } = ImmutableDictionary<string, ImmutableList<Job>>.Empty;

    public ImmutableDictionary<string, Evaluation> Evaluations { get; init; } = ImmutableDictionary<string, Evaluation>.Empty;

    public ImmutableDictionary<string, Allocation> Allocations { get; init; } = ImmutableDictionary<string, Allocation>.Empty;

    /// <summary>The job that an allocation was made from, by the allocation's id.</summary>
    public ImmutableDictionary<string, Job> AllocationJobs { get; init; } = ImmutableDictionary<string, Job>.Empty;

    public ImmutableDictionary<string, Deployment> Deployments { get; init; } = ImmutableDictionary<string, Deployment>.Empty;

    /// <summary>When a periodic job was launched last, by its id.</summary>
    public ImmutableDictionary<string, DateTimeOffset> Launches { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>By path.</summary>
    public ImmutableSortedDictionary<string, Variable> Variables { get; init; } =
        ImmutableSortedDictionary.Create<string, Variable>(StringComparer.Ordinal);

    public IEnumerable<Allocation> AllocationsOf(string job) =>
        Allocations.Values.Where(allocation => allocation.JobID == job).OrderByDescending(allocation => allocation.CreateIndex);

    public Deployment? LatestDeploymentOf(string job) =>
        Deployments.Values.Where(deployment => deployment.JobID == job).MaxBy(deployment => deployment.CreateIndex);
}

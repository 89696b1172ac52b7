using System.Collections.Immutable;
using Runbook.Node;
using Runbook.Nomad;

namespace Runbook.Cluster;

/// <summary>What the cluster is doing, in one word.</summary>
public enum ClusterState
{
    /// <summary>Nothing of it is in Nomad.</summary>
    Absent,

    /// <summary>The server answers.</summary>
    Running,

    /// <summary>The server was stopped on purpose.</summary>
    Stopped,

    /// <summary>A restore has begun and is not through.</summary>
    Restoring,

    /// <summary>A restore stands read-only at its target and waits for Accept.</summary>
    Paused,

    /// <summary>A restored cluster is in place and waits for Revert.</summary>
    Restored,

    /// <summary>The server should run and does not answer.</summary>
    Failed,

    /// <summary>Nomad has lost sight of the server's node; the server is believed to run.</summary>
    Away,
}

/// <summary>A node that could not be asked.</summary>
/// <param name="Reason">In one line.</param>
/// <param name="Next">What to type.</param>
public sealed record Unasked(string Reason, string Next);

/// <summary>All that was observed of a cluster at one moment.</summary>
public sealed record ClusterFacts
{
    /// <summary>The jobs that exist, by id.</summary>
    public ImmutableDictionary<string, JobRow> Jobs { get; init; } = ImmutableDictionary<string, JobRow>.Empty;

    /// <summary>Id of the server's job.</summary>
    public required string ServerJob { get; init; }

    /// <summary>Id of the job whose children restore.</summary>
    public string RestoreJob { get; init; } = "";

    /// <summary>All allocations of our jobs, oldest first.</summary>
    public ImmutableArray<NomadAllocation> Allocations { get; init; } = [];

    /// <summary>The children of the schedules that Nomad still knows; one that no node takes has no allocation.</summary>
    public ImmutableArray<JobRow> ScheduledRuns { get; init; } = [];

    /// <summary>Version of the server's job; null when that was not asked for.</summary>
    public long? ServerVersion { get; init; }

    /// <summary>What the node said; null when it could not be asked because no job is there to ask it with.</summary>
    public NodeFacts? Node { get; init; }

    /// <summary>That node as Nomad knows it, where its folders may have other names than in a task; null elsewhere.</summary>
    public NomadNode? Host { get; init; }

    /// <summary>The newest restore's job, where it failed before it had left a trace on the volume; null elsewhere, or where that was not looked at.</summary>
    public string? Unbegun { get; init; }

    /// <summary>Why the node could not be asked, and what helps, where somebody only looks; null when it was, or there was nobody to ask.</summary>
    public Unasked? Unasked { get; init; }

    /// <summary>The running allocation of the server.</summary>
    public NomadAllocation? Server => ServerAllocations.LastOrDefault(a => a.ClientStatus == "running" && a.DesiredStatus == "run");

    /// <summary>The running allocation of a restore.</summary>
    public NomadAllocation? RunningRestore => Active(RestoreJob).LastOrDefault(a => a.ClientStatus == "running" && a.DesiredStatus == "run");

    /// <summary>The newest allocation of the server, whatever became of it.</summary>
    public NomadAllocation? LastServer => ServerAllocations.LastOrDefault();

    /// <summary>Whether the server's job is there and not stopped.</summary>
    public bool ServerWanted => Jobs.TryGetValue(ServerJob, out var job) && !job.Stopped;

    /// <summary>Whether the server answers queries, in recovery or not.</summary>
    public bool ServerAnswers => Server is not null && Node?.Recovering is not null;

    /// <summary>Nomad does not hear from the node of the server, and leaves the server where it is.</summary>
    public NomadAllocation? Away => Server is null ? ServerAllocations.LastOrDefault(a => a is { ClientStatus: "unknown", DesiredStatus: "run" }) : null;

    /// <summary>A server of ours that runs on though its task has ended, as far as Nomad knows; null when there is none.</summary>
    public DataHolder? Orphan => Node?.Holder is { IsServer: true, Allocation.Length: > 0 } holder
        && !Allocations.Any(a => a.Id == holder.Allocation && a.ClientStatus == "running" && a.Tasks.Any(t => t.State == "running")) ? holder : null;

    /// <summary>Allocations of these jobs, or of their children, that have not ended.</summary>
    public IEnumerable<NomadAllocation> Active(params IEnumerable<string> jobs)
    {
        var ids = jobs.ToArray();
        return Allocations.Where(a => !a.Ended && !a.WaitsForItsAgent && ids.Any(a.BelongsTo));
    }

    /// <summary>What the cluster is doing.</summary>
    public ClusterState State => Node?.Restore switch
    {
        // The one restore under which somebody is served; while it switches over nobody is.
        { Unfinished: true, Strategy: RestoreStrategy.Online } when ServerAnswers && Node.Recovering == false => ClusterState.Running,
        { Paused: true } => ClusterState.Paused,
        { Unfinished: true } => ClusterState.Restoring,
        { Restored: true } => ClusterState.Restored,
        { } when Node.Recovering == true => ClusterState.Restored,
        _ when ServerAnswers => ClusterState.Running,
        _ when Away is not null => ClusterState.Away,
        _ when ServerWanted => ClusterState.Failed,
        _ when Jobs.ContainsKey(ServerJob) || Node?.DataPresent == true => ClusterState.Stopped,
        _ => ClusterState.Absent,
    };

    private IEnumerable<NomadAllocation> ServerAllocations => Allocations.Where(a => a.JobId == ServerJob);
}

using Runbook.Cluster;
using Runbook.Steps;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>What was looked up for one restore, beside the facts of the cluster.</summary>
public sealed record RestoreLook
{
    /// <summary>What the repository has of the chosen set.</summary>
    public required SetProbe Probe { get; init; }

    /// <summary>The WAL that is left; null where the target needs none but the set's own.</summary>
    public ArchiveFacts? Archive { get; init; }

    /// <summary>The newest commit in what can be replayed; null when none was found, or none was looked for.</summary>
    public LastCommit? LastCommit { get; init; }

    /// <summary>The node could not look into the WAL: on a new volume there is no cluster yet to tell pgBackRest whose it is.</summary>
    public bool CommitsUnknown { get; init; }

    /// <summary>What <see cref="TimelineDispute.Ask"/> wanted to know, in its order.</summary>
    public IReadOnlyList<FirstCommit> FirstCommits { get; init; } = [];

    /// <summary>How long the last restore took, and its size; null when there was none.</summary>
    public (TimeSpan Took, long Bytes)? LastRestore { get; init; }

    /// <summary>Id for a new restore; an interrupted one goes on under its own.</summary>
    public required string NewId { get; init; }

    /// <summary>The moment of the look.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The operator's time zone.</summary>
    public required TimeZoneInfo Zone { get; init; }
}

/// <summary>What Restore does.</summary>
/// <param name="Procedure">The steps up to where the restore itself ends.</param>
/// <param name="Order">What is restored; null when nothing is left to be done by this run. An online one that does not pause
/// is switched over to afterwards.</param>
public sealed record RestorePlan(ProcedurePlan Procedure, RestoreOrder? Order);

namespace Runbook.Cluster;

/// <summary>How far a restore under way has come, for whoever looks on from another terminal.</summary>
/// <param name="Replayed">WAL position up to which the staged server has replayed; empty before it runs.</param>
/// <param name="Commit">Time of the last commit that it replayed, ISO 8601 in UTC; empty when there is none.</param>
/// <param name="End">WAL position at which replay is expected to end; empty when unknown.</param>
/// <param name="StoodFor">How long neither bytes nor position have moved; null when the node does not tell.</param>
public sealed record RestoreProgress(string Replayed, string Commit, string End, TimeSpan? StoodFor)
{
    /// <summary>Nothing is known.</summary>
    public static RestoreProgress None { get; } = new("", "", "", null);
}

/// <summary>The newest restore from the repository that was carried through: what the next one will cost.</summary>
/// <param name="Took">From its start until it was in place.</param>
/// <param name="Bytes">Size of what it restored.</param>
public sealed record LastRestore(TimeSpan Took, long Bytes);

/// <summary>The restore that ended last, carried through or given up.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Phase">restored, started or cancelled.</param>
/// <param name="Source"><c>repository</c>, or the kept directory that Undo put back.</param>
public sealed record EndedRestore(string Id, string Phase, string Source)
{
    /// <summary>It was an Undo: the cluster is back where it was, one way or the other.</summary>
    public bool WasUndo => Phase == "cancelled" || Source != RestoreState.Repository;
}

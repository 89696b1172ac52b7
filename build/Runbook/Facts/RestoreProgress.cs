namespace Runbook.Facts;

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

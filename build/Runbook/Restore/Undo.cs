using Runbook.Cluster;
using Runbook.Run;

namespace Runbook.Restore;

/// <summary>Goes back to the data of before a restore: gives up one that is not through, swaps the kept directory back otherwise.</summary>
public static class Undo
{
    /// <summary>Runs the procedure.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="kept">Id of a kept directory; the newest when empty.</param>
    /// <param name="secrets">Of the operator.</param>
    /// <param name="dryRun">Only shows the plan.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">A guard said no, or a step failed.</exception>
    public static Task RunAsync(Session session, string kept, SecretBundle secrets, bool dryRun, CancellationToken ct) =>
        session.CarryOutAsync(
            "Undo",
            async (facts, changes) => UndoPlanner.Make(session.Settings, facts with { Unbegun = kept.Length == 0 ? await UnbegunAsync(session, facts, ct) : null }, changes, kept, session.NewRestoreId()),
            secrets, dryRun, ct);

    private static async Task<string?> UnbegunAsync(Session session, ClusterFacts facts, CancellationToken ct) =>
        facts.Node is { Restore: null } node && facts.Allocations.LastOrDefault(a => a.BelongsTo(facts.RestoreJob)) is { Ended: true, Succeeded: false } last
            && (await session.Nomad.JobAsync(last.JobId, ct))?.Meta.GetValueOrDefault("id") is { } id && id != node.LastEnded?.Id
            ? last.JobId
            : null;
}

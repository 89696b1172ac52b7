using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Backups;

/// <summary>Decides what Verify reads. It needs no running server. Pure.</summary>
public static class VerifyPlanner
{
    /// <summary>One step for each repository that can be read.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">As observed.</param>
    /// <param name="repository">Number of the one that is meant; 0 for all.</param>
    /// <exception cref="RunbookException">There is nothing to read, or nobody to read it with.</exception>
    public static ProcedurePlan Make(ClusterSettings settings, ClusterFacts facts, int repository)
    {
        var statuses = RepositoryChoice.Of(settings, facts, repository);
        var notes = new List<string>();
        if (facts.Node!.Repository is { BackupRunning: true })
            notes.Add("a backup is running: what it adds is not read");
        notes.AddRange(statuses.Where(s => s.IsUnreadable || s.IsMissing).Select(s => $"repository {s.Number} cannot be read: {s.Message}"));
        var readable = statuses.Where(s => !s.IsUnreadable && !s.IsMissing).ToList();
        return new ProcedurePlan("Verify", readable.Count == 0 ? [] : [new ListArchive(), .. readable.Select(s => new ReadRepository(s.Number))], notes);
    }
}

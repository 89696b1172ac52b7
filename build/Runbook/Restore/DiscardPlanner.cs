using Runbook.Cluster;
using Runbook.Output;
using Runbook.Steps;

namespace Runbook.Restore;

/// <summary>Decides what Discard removes. Pure.</summary>
public static class DiscardPlanner
{
    /// <summary>The word for every kept directory.</summary>
    public const string All = "all";

    /// <summary>One step for each directory.</summary>
    /// <exception cref="RunbookException">It is not there, or a restore needs it.</exception>
    public static ProcedurePlan Make(ClusterFacts facts, string id, DateTimeOffset now)
    {
        var node = facts.Node ?? throw RunbookException.Refused("the node that holds the data cannot be asked", "./build.sh Status");
        var chosen = node.Kept.Where(k => id == All || k.Id == id).OrderBy(k => k.KeptAt).ToList();
        if (chosen.Count == 0 && id != All)
            throw RunbookException.Refused(
                $"there is no kept directory {id}; there {(node.Kept.IsEmpty ? "is none" : $"are {string.Join(", ", node.Kept.Select(k => k.Id))}")}", "./build.sh Status");
        // What a restore or an Undo has moved, and not put in place yet, may be the only copy of the data.
        if (node.Restore is { Unfinished: true } restore && chosen.FirstOrDefault(k => k.Id == restore.Id || k.Id == restore.Source) is { } needed)
            throw RunbookException.Refused($"{RestoreWords.Doing(restore)} and needs kept directory {needed.Id}", RestoreWords.RestoreAgain(restore));
        var notes = chosen.Select(k => $"{k.Path}: {Words.Bytes(k.Bytes)}, set aside {Words.Span(now - k.KeptAt)} ago").ToList();
        if (chosen.Count > 0)
            notes.Add("removed directories cannot be restored by Undo");
        if (node.Restore is { Unfinished: false } fresh && chosen.Any(k => k.Id == fresh.Id))
            notes.Add($"warning: restore {fresh.Id} is not finished ({fresh.Phase}): without {fresh.Id} it cannot be undone");
        return new ProcedurePlan("Discard", [.. chosen.Select(k => new DiscardKept(k.Id))], notes);
    }
}

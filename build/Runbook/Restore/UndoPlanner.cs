using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Restore;

/// <summary>Decides what Undo does: back to the data of before the restore, whether that is through or not. Pure.</summary>
public static class UndoPlanner
{
    /// <summary>The steps; an Undo that was interrupted goes on.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">What was observed.</param>
    /// <param name="changes">All jobs of the configuration.</param>
    /// <param name="kept">Id of the kept directory to go back to; empty for the newest.</param>
    /// <param name="newId">Id for a new restore.</param>
    /// <exception cref="RunbookException">There is nothing to go back to.</exception>
    public static ProcedurePlan Make(
        ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes, string kept, string newId)
    {
        var node = facts.Node ?? throw RunbookException.Refused("the node that holds the data cannot be asked", "./build.sh Status");
        changes = HeldSchedules.Without(facts, changes);
        var plan = node.Restore switch
        {
            { FromKept: true } undo when kept.Length == 0 || kept == undo.Source => GoOn(settings, facts, changes, undo),
            { FromKept: true, Unfinished: true } undo => throw RunbookException.Refused(
                $"{RestoreWords.Doing(undo)}: it puts {undo.Source} back", "./build.sh Undo, then choose another"),
            { Unfinished: true } unfinished => Cancel(settings, facts, changes, unfinished, kept),
            // An Undo that was killed behind its last change is not undone by running it again.
            null when kept.Length == 0 && node.LastEnded is { WasUndo: true } ended => Done(settings, facts, changes, ended),
            null when kept.Length == 0 && HasNotBegun(facts) is { } found => throw RunbookException.Refused(
                $"{found}: what would be undone is not known",
                $"{(facts.ServerWanted ? "" : "./build.sh Deploy starts the server on the data that is there; ")}./build.sh Undo --id ID returns to a kept directory; Status lists them"),
            _ => Back(settings, facts, changes, Choose(node, kept), newId),
        };
        return plan with { Notes = [.. plan.Notes, .. HeldSchedules.Notes(facts)] };
    }

    private static ProcedurePlan GoOn(ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes, RestoreState undo)
    {
        if (!undo.Unfinished)
            return new ProcedurePlan("Undo", [.. Afterwards.Started(settings, changes, undo.Id, [], facts)],
                [$"undo {undo.Id} is in phase {undo.Phase}: it continues from there", .. AfterRestore.Notes(settings, facts, undo)]);
        List<Step> steps = [.. Prepare(facts, changes), .. RestorePlanner.Stopped(settings, facts), ResumedRestore.Step(facts, undo, accepted: false)];
        steps.AddRange(Afterwards.Started(settings, changes, undo.Id, [.. steps], facts));
        return new ProcedurePlan("Undo", steps, [$"undo {undo.Id} was interrupted in phase {undo.Phase}: it continues from there", .. AfterRestore.Notes(settings, facts, undo)]);
    }

    private static ProcedurePlan Cancel(
        ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes, RestoreState restore, string kept)
    {
        if (kept.Length > 0 && kept != restore.Id)
            throw RunbookException.Refused($"{RestoreWords.Doing(restore)}: Undo cancels that one first", "./build.sh Undo");
        if (restore is { Strategy: RestoreStrategy.InPlace, Phase: not "archiving" })
            throw InPlace(restore);
        var steps = new List<Step>();
        var running = facts.Active(facts.RestoreJob).Select(a => a.JobId).Distinct().ToList();
        if (running.Count > 0)
            steps.Add(new StopJobs(running, Purge: false, $"the restore ({string.Join(", ", running)})"));
        // Half way through its switch the server's own task is at work on both directories; and one that does not answer
        // has been refused its start for so long that Nomad may have given it up.
        if (restore.Phase is "switching" or "swapping" || !facts.ServerAnswers)
            steps.AddRange(RestorePlanner.Stopped(settings, facts));
        steps.Add(new CancelRestore(restore.Id));
        steps.AddRange(Afterwards.Unchanged(settings, facts, changes, [.. steps]));
        return new ProcedurePlan("Undo", steps, [$"{RestoreWords.Doing(restore)}: it is cancelled, the live directory is as it was"]);
    }

    // A restore that ended before it had written a word leaves no trace on the volume. Its Undo must not take away what an older one has restored.
    private static string? HasNotBegun(ClusterFacts facts) =>
        facts.Unbegun is { } job ? $"there is no unfinished restore: the last one ({job}) ended before it had begun"
        : !facts.ServerWanted ? "there is no unfinished restore, and the server is stopped" : null;

    private static ProcedurePlan Done(ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes, EndedRestore ended)
    {
        var serves = facts.ServerAnswers && facts.Node!.Recovering == false;
        List<Step> schedules = [.. Afterwards.Due(changes, schedules: true, []), .. AfterRestore.Left(settings, facts)];
        return new ProcedurePlan("Undo", serves ? schedules : [.. Afterwards.Unchanged(settings, facts, changes, [])],
        [
            ended.Phase == "cancelled" ? $"restore {ended.Id} was cancelled: the live directory is as it was" : $"kept directory {ended.Source} has been put back ({ended.Id})",
            "to return to a kept directory, name it: ./build.sh Undo --id ID; Status lists them",
        ]);
    }

    private static ProcedurePlan Back(
        ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes, KeptDirectory kept, string newId)
    {
        RestoreGuards.Work(settings, facts, facts.Active(facts.RestoreJob).FirstOrDefault());
        var order = new RestoreOrder
        {
            Id = newId, Source = kept.Id, Set = kept.Id, Target = new RecoveryTarget(TargetKind.End), Timeline = "current",
        };
        List<Step> steps = [.. Prepare(facts, changes)];
        if (facts.ServerAnswers && facts.Node!.Recovering == false)
            steps.Add(new ArchiveWal());
        steps.AddRange([.. RestorePlanner.Stopped(settings, facts), new RunRestore(order)]);
        steps.AddRange(Afterwards.Started(settings, changes, newId, [.. steps], facts));
        return new ProcedurePlan("Undo", steps,
        [
            $"back to {kept.Path} ({Words.Bytes(kept.Bytes)}, set aside {Words.At(kept.KeptAt)})",
            $"the live directory ({Words.Bytes(facts.Node!.DataBytes)}) is kept as {HostView.Directory(settings, facts.Node)}.kept-{newId}: commits since the restore stay there",
            .. AfterRestore.Notes(settings, facts, s => s.FinishedAt < kept.KeptAt),
        ]);
    }

    private static KeptDirectory Choose(NodeFacts node, string id)
    {
        if (id.Length > 0)
            return node.Kept.FirstOrDefault(k => k.Id == id) ?? throw RunbookException.Refused(
                $"there is no kept directory {id}; there {(node.Kept.IsEmpty ? "is none" : $"are {string.Join(", ", node.Kept.Select(k => k.Id))}")}", "./build.sh Status");
        // Older directories may be there, but they are not what this restore replaced.
        if (node.Restore is { Strategy: RestoreStrategy.InPlace } inPlace)
            throw InPlace(inPlace);
        return node.Kept.MaxBy(k => (k.KeptAt, k.Id)) ?? throw RunbookException.Refused(
            "no previous data directory is kept: there is nothing to undo to", "./build.sh Backups, then ./build.sh Restore to the point that is wanted");
    }

    private static RunbookException InPlace(RestoreState restore) => RunbookException.Refused(
        $"restore {restore.Id} was made over the live directory (--in-place): it cannot be undone",
        restore.Unfinished ? RestoreWords.RestoreAgain(restore) : $"{RestoreWords.Due(restore)}, or restore to another point: ./build.sh Backups");

    // What the restore itself runs in must be there; the rest waits until the files are in place.
    private static IEnumerable<Step> Prepare(ClusterFacts facts, IEnumerable<JobChange> changes) => facts.Active(facts.RestoreJob).Any()
        ? []
        : Afterwards.Due(changes.Where(c => c.Job.Role is JobRole.Operations or JobRole.Restore), schedules: false, []);
}

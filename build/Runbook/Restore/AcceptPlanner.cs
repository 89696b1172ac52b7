using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Restore;

/// <summary>Decides what Accept does: let the paused restore go on to a cluster that serves. Pure.</summary>
public static class AcceptPlanner
{
    /// <summary>The steps, from wherever an earlier Accept was ended.</summary>
    /// <exception cref="RunbookException">Nothing is paused.</exception>
    public static ProcedurePlan Make(ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes)
    {
        var node = facts.Node ?? throw RunbookException.Refused("the node that holds the data cannot be asked", "./build.sh Status");
        if (node.Restore is not { } restore)
            return facts.State == ClusterState.Running
                ? new ProcedurePlan("Accept", [.. AfterRestore.Left(settings, facts)], ["there is no unfinished restore and the cluster is running"])
                : throw RunbookException.Refused($"there is no unfinished restore; the cluster is {facts.State.ToString().ToLowerInvariant()}", "./build.sh Deploy");
        if (restore is { Pause: false, Accepted: false, Paused: false })
            throw RunbookException.Refused($"restore {restore.Id} does not pause: it needs no Accept", RestoreWords.Due(restore));
        if (restore is { Accepted: false, Phase: "archiving" or "copying" or "recovering" })
            throw RunbookException.Refused(
                $"restore {restore.Id} is not at its target yet (phase {restore.Phase}): there is nothing to look at",
                facts.Active(facts.RestoreJob).Any() ? "./build.sh Status" : RestoreWords.RestoreAgain(restore));

        changes = HeldSchedules.Without(facts, changes);
        List<Step> steps = restore.Phase switch
        {
            "ready" or "switching" => [.. Afterwards.Of(settings, changes, restore.Id, restore.Strategy, [], facts)],
            "restored" or "started" => [.. Afterwards.Started(settings, changes, restore.Id, [], facts)],
            _ => [ResumedRestore.Step(facts, restore, accepted: true), .. Afterwards.Of(settings, changes, restore.Id, restore.Strategy, [], facts)],
        };
        if (restore is { Paused: true, Accepted: false })
            steps.Insert(0, new AcceptRestore(restore.Id));
        return new ProcedurePlan("Accept", steps, [.. Notes(restore, node), .. AfterRestore.Notes(settings, facts, restore), .. HeldSchedules.Notes(facts)]);
    }

    private static List<string> Notes(RestoreState restore, NodeFacts node)
    {
        var notes = new List<string> { $"restore {restore.Id} of {RestoreWords.Source(restore)}, phase {restore.Phase}" };
        if (Reached.Line(restore, node.Progress) is { Length: > 0 } line)
            notes.Add(line);
        return notes;
    }
}

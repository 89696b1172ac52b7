using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>Decides what Restore does, and refuses what could make things worse. Pure: facts in, steps out.</summary>
public static class RestorePlanner
{
    /// <summary>The steps of the restore.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">What was observed.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="choice">What <see cref="SetChoice"/> chose.</param>
    /// <param name="look">What was looked up for it.</param>
    /// <exception cref="RunbookException">A guard said no.</exception>
    public static RestorePlan Make(ClusterSettings settings, ClusterFacts facts, RestoreRequest request, RestoreChoice choice, RestoreLook look)
    {
        var node = facts.Node!;
        var restore = node.Restore;
        var course = restore?.Set == choice.Set.Label ? RestoreCourses.Of(request, restore, choice.Timeline) : RestoreCourse.New;
        var running = facts.Active(settings.Pgbackrest.RestoreJobName).FirstOrDefault();
        var reach = choice.Path is { } path && look.Archive is { } archive ? WalPath.Walk(path, choice.Set, archive) : null;
        var order = Order(request, choice, course == RestoreCourse.New ? null : restore, course, reach, look.NewId);
        // Asked first: what is in place, or has been recovered, needs neither room nor a whole repository any more.
        if (course == RestoreCourse.GoesOn && GoOn(request, restore!, order, running) is { } plan)
            return plan;
        if (course == RestoreCourse.New)
            RestoreGuards.Unfinished(request, restore);
        if (course == RestoreCourse.New && look.Archive is { } held)
            TimelineDispute.Guard(request, choice, held, look.FirstCommits, look.Zone);
        RestoreGuards.Serving(request, facts);
        var ours = running is not null && restore?.Phase is "recovering" or "paused";
        var copied = course != RestoreCourse.New && restore!.Phase is not ("archiving" or "copying");
        if (!copied)
            RestoreGuards.Set(settings, node, choice.Set, look.Probe, look.Archive?.SegmentSize ?? WalName.DefaultSize);
        if (reach is not null && (!copied || course == RestoreCourse.MovesOn))
            TargetWindow.Guard(request, choice, reach, look, Serves(facts, choice));
        RestoreGuards.Work(settings, facts, ours ? null : running);
        if (!copied)
            RestoreRoom.Guard(node, choice.Set, request.Strategy);

        var steps = new List<Step>();
        if (ours && running is not null)
            steps.Add(new StopJobs([running.JobId], Purge: false, $"restore {restore!.Id}, which is paused before or after this target ({running.JobId})"));
        if (facts.ServerAnswers && facts.Node!.Recovering == false)
            steps.Add(new ArchiveWal());
        steps.AddRange(Stopped(settings, facts, request.Strategy));
        steps.Add(new RunRestore(order));
        return new RestorePlan(
            new ProcedurePlan("Restore", steps, RestoreNotes.Of(settings, facts, choice, order, course, look, reach)), order);
    }

    /// <summary>The segments in which the last commit is to be looked for, newest first, before <see cref="Make"/> can decide.</summary>
    public static ImmutableArray<string> Unsettled(ClusterFacts facts, RestoreRequest request, RestoreChoice choice, ArchiveFacts archive) =>
        choice.Path is { } path ? TargetWindow.Unsettled(request.Target, WalPath.Walk(path, choice.Set, archive), Serves(facts, choice)) : [];

    /// <summary>Whether the server of the timeline that is followed takes writes: then its WAL goes on up to now.</summary>
    public static bool Serves(ClusterFacts facts, RestoreChoice choice) =>
        facts.ServerAnswers && facts.Node is { Recovering: false } node && choice.Path?.Timeline == node.Timeline;

    // The same restore again, where more or less than another run of its job is due.
    private static RestorePlan? GoOn(RestoreRequest request, RestoreState restore, RestoreOrder order, NomadAllocation? running)
    {
        RestorePlan Plan(string note, RestoreOrder? due, params Step[] steps) => new(new ProcedurePlan("Restore", steps, [note]), due);
        if (restore.Restored)
            return Plan($"set {restore.Set} is already restored and in place (restore {restore.Id})", due: null);
        if (restore is { Phase: "switching" } or { Phase: "ready", Target: not "latest" })
            return Plan($"restore {restore.Id} is recovered and ready for the switch", order);
        if (running is null)
            return null;
        if (restore is { Phase: "paused", Accepted: false })
            return Plan($"restore {restore.Id} is paused at its target: look with ./build.sh Psql, then ./build.sh Accept or ./build.sh Undo", due: null);
        if (request.Pause && !restore.Pause)
            throw RunbookException.Refused(
                $"restore {restore.Id} runs without --pause ({running.JobId}): it will not stop at the target",
                "the same command without --pause follows it, ./build.sh Undo cancels it");
        return Plan("the run that began this restore has ended; the node has continued it", order, new FollowRestore(order, running.JobId));
    }

    private static RestoreOrder Order(
        RestoreRequest request, RestoreChoice choice, RestoreState? begun, RestoreCourse course, WalReach? reach, string newId) => new()
        {
            Id = begun?.Id ?? newId,
            Set = choice.Set.Label,
            Target = request.Target,
            Timeline = choice.Timeline,
            Strategy = request.Strategy,
            // A look that was asked for is not taken back by leaving the word out: what is promoted cannot be moved on.
            Pause = request.Pause || (begun is { Pause: true, Accepted: false } && (course == RestoreCourse.GoesOn || begun.Phase == "paused")),
            Expect = request.Target.Kind == TargetKind.Latest && reach?.Expect is { } expect ? Lsn.Text(expect) : "",
        };

    /// <summary>Stops what works on the data: the schedules, then the server unless it is to go on.</summary>
    internal static IEnumerable<Step> Stopped(ClusterSettings settings, ClusterFacts facts, RestoreStrategy strategy = RestoreStrategy.Beside)
    {
        var schedules = facts.Jobs.Values.Where(j => !j.Stopped && JobCatalog.Ids(settings, JobKind.Periodic).Contains(j.Id, StringComparer.Ordinal))
            .Select(j => j.Id).Order(StringComparer.Ordinal).ToList();
        if (schedules.Count > 0)
            yield return new StopJobs(schedules, Purge: false, $"the schedules ({string.Join(", ", schedules)})");
        if (strategy != RestoreStrategy.Online && (facts.ServerWanted || facts.Active(settings.Postgres.JobName).Any()))
            yield return new StopJobs([settings.Postgres.JobName], Purge: false, $"the server (job {settings.Postgres.JobName})");
    }
}

using Runbook.Cli;
using Runbook.Config;
using Runbook.Facts;

namespace Runbook.Plan;

/// <summary>Decides what Restore does, and refuses what could make things worse. Pure: facts in, steps out.</summary>
public static class RestorePlanner
{
    // Beside the files of the set: recovery writes WAL, and a volume that is full to the brim stops a server.
    private const double RoomFactor = 1.05;

    /// <summary>The set that the request means.</summary>
    /// <exception cref="RunbookException">There is none, or it is damaged, or something else stands in the way.</exception>
    public static BackupSet Choose(ClusterSettings settings, ClusterFacts facts, RestoreRequest request)
    {
        if (!settings.HasBackups)
            throw RunbookException.Refused("no repository is configured: there is nothing to restore from", "set pgbackrest.repository");
        var node = facts.Node ?? throw RunbookException.Refused("the node that holds the data cannot be asked", "./build.sh Status");
        if (node.Repository is not { } repository)
            throw RunbookException.Refused($"the repository does not answer: {node.RepositoryError}", "mend pgbackrest.repository or wait, then run the same command");
        if (repository.Sets.IsEmpty)
            throw RunbookException.Refused($"stanza {settings.Pgbackrest.Stanza} has no backup set ({repository.StatusMessage})", "./build.sh Backup --backup-type full");
        var set = request.BackupSet == "latest"
            ? repository.Sets.LastOrDefault(s => !s.Error) ?? repository.Latest!
            : repository.Sets.FirstOrDefault(s => s.Label == request.BackupSet)
                ?? throw RunbookException.Refused(
                    $"backup set {request.BackupSet} does not exist; there are {string.Join(", ", repository.Sets.TakeLast(5).Reverse().Select(s => s.Label))}"
                    + (repository.Sets.Length > 5 ? $" and {repository.Sets.Length - 5} older" : ""),
                    "./build.sh Backups");
        return set.Error
            ? throw RunbookException.Refused($"backup set {set.Label} holds damaged pages, pgBackRest found them while it was taken", "./build.sh Backups, and choose another set")
            : set;
    }

    /// <summary>The steps of the restore.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">What was observed.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="set">What <see cref="Choose"/> chose.</param>
    /// <param name="probe">What the repository has of it.</param>
    /// <param name="newId">Id for a new restore; an interrupted one goes on under its own.</param>
    /// <exception cref="RunbookException">A guard said no.</exception>
    public static ProcedurePlan Make(
        ClusterSettings settings, ClusterFacts facts, RestoreRequest request, BackupSet set, SetProbe probe, string newId)
    {
        var node = facts.Node!;
        var target = request.Target.Word;
        var same = node.Restore is { } previous && previous.Set == set.Label && previous.Target == target ? node.Restore : null;
        // Asked first: what is in place needs neither room nor a whole repository any more.
        if (same is { Restored: true })
            return new ProcedurePlan("Restore", [], [$"set {set.Label} is already restored and in place (restore {same.Id})"]);
        // One that was started lives on its own: its id is spent, and asking again means a new restore.
        var resumed = same is { Unfinished: true } ? same : null;
        var running = facts.Active(settings.Pgbackrest.RestoreJobName).FirstOrDefault();
        if (running is not null && resumed is not null)
        {
            var followed = new RestoreOrder { Id = resumed.Id, Set = set.Label, Target = request.Target };
            return new ProcedurePlan("Restore", [new FollowRestore(followed, running.JobId)], ["the run that began this restore was killed; the node has gone on with it"]);
        }
        if (node.Restore is { Phase: "swapping" } swapping && resumed is null)
            throw RunbookException.Refused(
                $"restore {swapping.Id} of set {swapping.Set} is half way through its swap: it must be ended first",
                Words.RestoreAgain(swapping));
        GuardSet(settings, node, set, probe);
        GuardWork(settings, facts, running);
        if (resumed is not { Phase: "swapping" })
            GuardRoom(node, set);

        var steps = new List<Step>();
        var schedules = facts.Jobs.Values.Where(j => !j.Stopped && ClusterReader.ScheduleJobs(settings).Contains(j.Id, StringComparer.Ordinal))
            .Select(j => j.Id).Order(StringComparer.Ordinal).ToList();
        if (facts.ServerAnswers && node.Recovering == false)
            steps.Add(new ArchiveWal());
        if (schedules.Count > 0)
            steps.Add(new StopJobs(schedules, Purge: false, $"the schedules ({string.Join(", ", schedules)})"));
        if (facts.ServerWanted || facts.Active(settings.Postgres.JobName).Any())
            steps.Add(new StopJobs([settings.Postgres.JobName], Purge: false, $"the server (job {settings.Postgres.JobName})"));
        var order = new RestoreOrder
        {
            Id = resumed?.Id ?? newId,
            Set = set.Label,
            Target = request.Target,
            Timeline = TimelineFor(request.Target, set, node, probe),
        };
        steps.Add(new RunRestore(order));
        return new ProcedurePlan("Restore", steps, Notes(settings, facts, set, order, resumed));
    }

    private static string TimelineFor(RecoveryTarget target, BackupSet set, NodeFacts node, SetProbe probe)
    {
        if (target.Kind == TargetKind.Immediate)
            return "";
        // PostgreSQL's own "latest" is the highest number, which may be a timeline that was abandoned before this set.
        var reachable = TimelineFork.Reachable(set, probe.Timelines);
        return $"{(node.Timeline > 0 && reachable.Contains(node.Timeline) ? node.Timeline : reachable.Max())}";
    }

    private static void GuardSet(ClusterSettings settings, NodeFacts node, BackupSet set, SetProbe probe)
    {
        if (probe.BrokenSets.Count > 0)
            throw RunbookException.Refused(
                $"backup set {set.Label} is not whole: the manifest of {string.Join(", ", probe.BrokenSets.Order(StringComparer.Ordinal))} is missing in the repository",
                "./build.sh Backups, and choose another set");
        if (WalName.Range(set.WalStart, set.WalStop).FirstOrDefault(s => !probe.Segments.Contains(s)) is { } missing)
            throw RunbookException.Refused(
                $"WAL segment {missing}, which set {set.Label} needs to become consistent, is not in the repository",
                "./build.sh Backups, and choose another set");
        var repository = node.Repository!;
        if (repository.PostgresVersion != $"{settings.Postgres.Version}")
            throw RunbookException.Refused(
                $"the backups are of PostgreSQL {repository.PostgresVersion}, postgres.version says {settings.Postgres.Version}",
                $"set postgres.version to {repository.PostgresVersion}");
        // A stanza that was upgraded still holds sets of the version before.
        if (!set.ArchiveId.StartsWith($"{settings.Postgres.Version}-", StringComparison.Ordinal))
            throw RunbookException.Refused(
                $"backup set {set.Label} is of PostgreSQL {set.ArchiveId.Split('-')[0]}, postgres.version says {settings.Postgres.Version}",
                "./build.sh Backups, and choose another set");
        if (node.PostgresVersion.Length == 0)
            throw RunbookException.Refused(
                $"PostgreSQL {settings.Postgres.Version} is not installed on node {node.Node}",
                $"apt-get install --no-install-recommends postgresql-{settings.Postgres.Version}");
        if (node.DataPresent && node.SystemIdentifier.Length > 0 && node.SystemIdentifier != repository.SystemIdentifier)
            throw RunbookException.Refused(
                $"the live cluster has system identifier {node.SystemIdentifier}, the backups of stanza {settings.Pgbackrest.Stanza} are of {repository.SystemIdentifier}: another cluster's",
                "check pgbackrest.stanza and pgbackrest.repository");
    }

    private static void GuardWork(ClusterSettings settings, ClusterFacts facts, NomadAllocation? restore)
    {
        var running = facts.Active(ClusterReader.ScheduleJobs(settings)).FirstOrDefault();
        if (running is not null || facts.Node!.Repository!.BackupRunning)
            throw RunbookException.Refused(
                $"a backup is running{(running is null ? "" : $" ({running.JobId})")}",
                running is null ? "wait for it to end, then run the same command" : $"wait for it to end, or stop it: nomad job stop {running.JobId}");
        if (restore is not null)
            throw new RunbookException(ExitCode.Held, $"a restore is running already ({restore.JobId})")
            {
                State = "nothing was changed",
                Next = $"./build.sh Status; it may be stopped and taken over: nomad job stop {restore.JobId}",
            };
    }

    private static long Needed(NodeFacts node, BackupSet set)
    {
        // What an earlier restore has copied and never started is reused.
        var reused = node.Restore switch
        {
            { Unfinished: true } copied => copied.BytesCopied,
            { Restored: true } => node.DataBytes,
            _ => 0,
        };
        return Math.Max(0, (long)(set.Size * RoomFactor) - reused);
    }

    private static void GuardRoom(NodeFacts node, BackupSet set)
    {
        var needed = Needed(node, set);
        if (node.DiskFree < needed)
            throw RunbookException.Refused(
                $"the data volume has {Words.Bytes(node.DiskFree)} free, the restore needs {Words.Bytes(needed)} beside the live directory",
                node.Kept.IsEmpty
                    ? "make room on the data volume, then run the same command"
                    : $"make room, for example by removing what an earlier restore kept: {node.Kept[0].Path} ({Words.Bytes(node.Kept[0].Bytes)}, {Words.At(node.Kept[0].KeptAt)})");
    }

    private static List<string> Notes(ClusterSettings settings, ClusterFacts facts, BackupSet set, RestoreOrder order, RestoreState? resumed)
    {
        var node = facts.Node!;
        var notes = new List<string>
        {
            $"set {set.Label} ({Words.Of(set.Type)}, {Words.Bytes(set.Size)}), finished {Words.At(set.FinishedAt)}",
            order.Target.Kind == TargetKind.Immediate
                ? $"recovery ends where the set ends: commits after {Words.At(set.FinishedAt)} will not be in it (--recovery-target latest replays all archived WAL)"
                : $"recovery goes on to the end of the archived WAL, on timeline {order.Timeline}",
            $"room on the data volume: {Words.Bytes(node.DiskFree)} free, {Words.Bytes(Needed(node, set))} needed",
        };
        if (node.DataPresent && node.Restore is { Restored: true } unused)
            notes.Add($"restore {unused.Id} was never started: its files are reused, not kept");
        else if (node.DataPresent)
            notes.Add($"the live directory ({Words.Bytes(node.DataBytes)}) is kept as {settings.DataDirectory}.kept-{order.Id}");
        if (resumed is not null)
            notes.Add($"restore {order.Id} was interrupted in phase {resumed.Phase}: it goes on from there");
        return notes;
    }
}

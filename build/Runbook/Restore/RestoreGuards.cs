using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>What must not stand in the way of a restore. Each guard refuses with what it saw and what to type. Pure.</summary>
internal static class RestoreGuards
{
    /// <summary>An unfinished restore that a new one must not take over.</summary>
    public static void Unfinished(RestoreRequest request, RestoreState? restore)
    {
        if (restore is null)
            return;
        // The directory that it puts back is no copy of anything: it must not become a head start.
        if (restore.Source != RestoreOrder.Repository && (restore.Unfinished || restore.Restored))
            throw RunbookException.Refused(
                $"restore {restore.Id} is putting kept directory {restore.Source} back (phase {restore.Phase}): it must be ended first", RestoreWords.RestoreAgain(restore));
        if (restore.Phase is "swapping" or "switching")
            throw RunbookException.Refused(
                $"restore {restore.Id} of set {restore.Set} is half way through its swap: it must be ended first", RestoreWords.RestoreAgain(restore));
        if (restore is { Unfinished: true, Strategy: RestoreStrategy.InPlace, Phase: not "archiving" } && request.Strategy != RestoreStrategy.InPlace)
            throw RunbookException.Refused(
                $"restore {restore.Id} has begun to overwrite the live directory (phase {restore.Phase}): only a restore with --in-place can continue it",
                $"the same command with --in-place, or {RestoreWords.RestoreAgain(restore)}");
    }

    /// <summary>Online there must be somebody to serve meanwhile.</summary>
    public static void Serving(RestoreRequest request, ClusterFacts facts)
    {
        if (request.Strategy == RestoreStrategy.Online && !(facts.ServerAnswers && facts.Node!.Recovering == false))
            throw RunbookException.Refused(
                facts.Node!.Recovering == true ? "--online needs a server that takes writes: this one is still in recovery" : "--online needs a server that serves meanwhile: none answers",
                $"{(facts.ServerWanted ? "./build.sh Status until Nomad has started it again; or " : "")}the same command without --online: it restores to a copy, and the live directory is kept");
    }

    /// <summary>The set must be whole, and of this cluster.</summary>
    public static void Set(ClusterSettings settings, NodeFacts node, BackupSet set, SetProbe probe, long segmentSize)
    {
        if (probe.BrokenSets.Count > 0)
            throw RunbookException.Refused(
                $"backup set {set.Label} is not whole: the manifest of {string.Join(", ", probe.BrokenSets.Order(StringComparer.Ordinal))} is missing in the repository",
                "./build.sh Backups, and choose another set");
        if (WalName.Range(set.WalStart, set.WalStop, segmentSize).FirstOrDefault(s => !probe.Segments.Contains(s)) is { } missing)
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
                "check pgbackrest.stanza and pgbackrest.repositories");
    }

    /// <summary>Nobody else is at work on the data.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">What was observed.</param>
    /// <param name="restore">A restore that runs and is not ours to stop.</param>
    public static void Work(ClusterSettings settings, ClusterFacts facts, NomadAllocation? restore)
    {
        HolderWords.GuardOrphan(facts);
        HolderWords.GuardForeign(settings, facts.Node!);
        var running = facts.Active(JobCatalog.BackupIds(settings)).FirstOrDefault();
        if (running is not null || facts.Node!.Repository?.BackupRunning == true)
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
}

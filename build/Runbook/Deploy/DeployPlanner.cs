using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;

namespace Runbook.Deploy;

/// <summary>Decides what Deploy does. Pure: facts in, steps out.</summary>
public static class DeployPlanner
{
    /// <summary>What must be there before the node can be asked: the operations job, and the secrets it needs.</summary>
    /// <param name="changes">All jobs of the configuration.</param>
    /// <param name="secretsAreDue">The operator's secrets have not been delivered, or have changed.</param>
    public static IReadOnlyList<Step> Prepare(IEnumerable<JobChange> changes, bool secretsAreDue)
    {
        var steps = changes.Where(c => c.Job.Role == JobRole.Operations && c.Effect.Changed).Select(Step (c) => Submit(c)).ToList();
        if (secretsAreDue)
            steps.Add(new DeliverSecrets());
        return steps;
    }

    /// <summary>The steps from the observed state to the configured one; none when nothing differs.</summary>
    /// <exception cref="RunbookException">A guard said no.</exception>
    public static ProcedurePlan Make(ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes, string initFingerprint)
    {
        if (facts.Node is { } node)
        {
            Guard(settings, node);
            HolderWords.GuardOwnership(settings, node);
            if (!node.DataPresent && facts.LastServer is { NodeName.Length: > 0 } last && node.Node.Length > 0 && node.Node != last.NodeName)
                throw RunbookException.Refused(
                    $"the server ran last on {last.NodeName}, where its data is; node {node.Node} has none: a new, empty cluster would be made there",
                    $"set nomad.node to {last.NodeName}; where its data is given up, ./build.sh Destroy, then ./build.sh Deploy");
            if (node.PortBusy && facts.Server is null)
                throw RunbookException.Refused(
                    $"port {settings.Postgres.Port} is in use on node {node.Node} by something that is not this cluster",
                    $"set postgres.port, or stop what listens there: ss -ltnp 'sport = :{settings.Postgres.Port}'");
        }
        var steps = new List<Step>();
        // The order of the roles is the order of work: what others lean on comes first, schedules last.
        steps.AddRange(FilesFirst.Before(
            settings, facts, changes,
            [.. changes.Where(c => c.Effect.Changed && !c.Job.Role.IsSchedule()).OrderBy(c => c.Job.Role == JobRole.Postgres).Select(Submit)]));
        var serverChanges = changes.Any(c => c.Job.Role == JobRole.Postgres && c.Effect.Changed);
        if (changes.FirstOrDefault(c => c.Job.Role == JobRole.Postgres && c.Effect.Changed)?.Effect.Warnings is { Length: > 0 } trouble)
            throw RunbookException.Refused(
                $"Nomad could not place the server's job: {trouble.ReplaceLineEndings(" ")}", trouble.Contains("exhausted", StringComparison.Ordinal)
                    ? "nomad node status -self -stats; postgres.memory, postgres.cpu and postgres.port say what it asks for"
                    : "./build.sh Doctor shows what the nodes lack");
        if (DeployOutlook.RestartOf(facts, changes) is not null && facts is { Server: not null, Node.Repository.BackupRunning: true })
            throw RunbookException.Refused("a backup is running, and this deployment restarts the server under it", "wait for it to end, then run the same command");
        if (serverChanges || facts.Node?.Recovering != false || facts.Orphan is not null)
            steps.Add(new FollowRollout(settings.Postgres.StartTimeout, facts is { ServerAnswers: true, Server: { } server } ? server.JobVersion : null));
        if (facts.Node?.InitFingerprint != initFingerprint)
            steps.Add(new InitialiseDatabases(initFingerprint));
        if (settings.HasBackups)
        {
            var repository = facts.Node?.Repository;
            if (repository is null || repository.Repositories.Any(r => r.IsMissing))
                steps.Add(new CreateStanza());
            steps.AddRange(FirstBackups(settings.Pgbackrest.Repositories.Count, repository));
        }
        steps.AddRange(HeldSchedules.Without(facts, changes).Where(c => c.Effect.Changed && c.Job.Role.IsSchedule()).Select(Submit));
        var rendered = changes.Select(c => c.Job.Id).ToImmutableHashSet();
        steps.AddRange(facts.Jobs.Values.Where(j => !j.Stopped && !rendered.Contains(j.Id)).OrderBy(j => j.Id, StringComparer.Ordinal).Select(j => new RemoveJob(j.Id)));
        return new ProcedurePlan("Deploy", steps, Notes(settings, facts, changes, serverChanges));
    }

    // A repository that was added later begins with a full backup of its own.
    private static IEnumerable<Step> FirstBackups(int repositories, RepositoryInfo? info)
    {
        // One that cannot be read is left to Check and to the schedules: the others go on.
        var silent = info?.Repositories.Where(r => r.IsUnreadable).Select(r => r.Number).ToHashSet() ?? [];
        var without = Enumerable.Range(1, repositories).Where(n => !silent.Contains(n) && info?.SetsOf(n).Any(s => s.Type == BackupType.Full) != true).ToList();
        return without.Count == repositories ? [new TakeBackup(BackupType.Full)] : without.Select(n => new TakeBackup(BackupType.Full, n));
    }

    // Nobody else's stanza, nor one of another version.
    internal static void GuardRepository(ClusterSettings settings, NodeFacts node, RepositoryStatus repository)
    {
        if (repository.PostgresVersion != $"{settings.Postgres.Version}")
            throw RunbookException.Refused(
                $"stanza {settings.Pgbackrest.Stanza} is of PostgreSQL {repository.PostgresVersion}, postgres.version says {settings.Postgres.Version}",
                "set postgres.version back; a major upgrade is not a deployment");
        if (node.SystemIdentifier.Length > 0 && node.SystemIdentifier != repository.SystemIdentifier)
            throw RunbookException.Refused(
                $"the live cluster has system identifier {node.SystemIdentifier}, stanza {settings.Pgbackrest.Stanza} in the repository is of {repository.SystemIdentifier}: another cluster's",
                "check pgbackrest.stanza and pgbackrest.repositories: each cluster needs a stanza of its own");
    }

    private static SubmitJob Submit(JobChange change) => new(change.Job, change.Effect.ModifyIndex);

    private static List<string> Notes(ClusterSettings settings, ClusterFacts facts, IReadOnlyList<JobChange> changes, bool serverChanges)
    {
        var notes = new List<string>();
        if (facts.Orphan is { } orphan)
            notes.Add($"{HolderWords.Orphan(orphan)}; the next allocation asks it for a clean stop and takes over");
        if (serverChanges && facts.Server is not null)
            notes.Add(DeployOutlook.RestartOf(facts, changes) is { } reasons
                ? $"the server is restarted: {string.Join("; ", reasons.DefaultIfEmpty("its job has changed"))}"
                : "the server's job has changed; the server continues to run");
        if (changes.Any(c => c.Job.Role == JobRole.PostgresInit && c.Effect.Changed) && facts.Server is not null)
            notes.Add("what the job of the databases brings is taken over by the running server: settings that need no restart, pg_hba.conf, databases, users");
        if (!settings.HasBackups)
            notes.Add("no repository is configured: there are no backups, and nothing can be restored");
        notes.AddRange((facts.Node?.Repository?.Repositories ?? []).Where(r => r.IsUnreadable).Select(ClusterWords.Silent));
        notes.AddRange(settings.Pgbackrest.Repositories.Select((r, i) => (Settings: r, Number: i + 1)).Where(r => r.Settings.Tls.TrustAnyCertificate)
            .Select(r => ClusterWords.TakesAnyCertificate(r.Number)));
        notes.AddRange(HeldSchedules.Notes(facts));
        return notes;
    }

    private static void Guard(ClusterSettings settings, NodeFacts node)
    {
        if (node.Restore is { Unfinished: true } unfinished)
            throw RunbookException.Refused(
                unfinished.Strategy == RestoreStrategy.Online
                    ? $"{RestoreWords.Doing(unfinished)}: a deployment must not restart the server under it"
                    : $"{RestoreWords.Doing(unfinished)}: the server cannot start on it",
                RestoreWords.RestoreAgain(unfinished));
        if (node.Restore is { Restored: true } restored)
            throw RunbookException.Refused($"restored {RestoreWords.Source(restored)} waits to be started", RestoreWords.Due(restored));
        if (node.Restore is { } started)
            throw RunbookException.Refused($"restore {started.Id} of {RestoreWords.Source(started)} has been started and is not finished", RestoreWords.Due(started));
        // Before what speaks of the cluster in the directory: as long as somebody else runs on it, nothing else matters.
        HolderWords.GuardForeign(settings, node);
        if (settings.HasBackups && node.Repository is { } info)
        {
            foreach (var repository in info.Repositories.Where(r => r.PostgresVersion.Length > 0))
                GuardRepository(settings, node, repository);
        }
        if (node.PostgresVersion.Length == 0)
            throw RunbookException.Refused(
                $"PostgreSQL {settings.Postgres.Version} is not installed on node {node.Node} ({settings.Postgres.BinDirectory})",
                $"apt-get install --no-install-recommends postgresql-{settings.Postgres.Version} pgbackrest tini");
        if (settings.HasBackups && node.PgbackrestVersion.Length == 0)
            throw RunbookException.Refused($"pgBackRest is not installed on node {node.Node}", "apt-get install --no-install-recommends pgbackrest");
        PgbackrestFeatures.Guard(settings, node.PgbackrestVersion);
        if (node.DataPresent && node.DataVersion != $"{settings.Postgres.Version}")
            throw RunbookException.Refused(
                $"the data directory holds a cluster of PostgreSQL {node.DataVersion}, postgres.version says {settings.Postgres.Version}",
                "set postgres.version back; a major upgrade is not a deployment");
        if (settings.HasBackups)
            RepositoryMove.GuardPassphrase(node.Repositories, ConfiguredRepository.Of(settings));
        if (node.RepositoryError.Length > 0)
            throw RunbookException.Refused($"the repository does not answer: {node.RepositoryError}", "correct pgbackrest.repositories, then run Deploy again");
        if (!node.DataPresent && node.Repository is { Sets.Length: > 0 } held)
            throw RunbookException.Refused(
                $"the data directory is empty but the repository holds {held.Sets.Length} backup sets of stanza {settings.Pgbackrest.Stanza}: not starting an empty cluster over them",
                "./build.sh Restore Revert --backup-set latest");
    }
}

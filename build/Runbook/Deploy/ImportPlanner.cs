using System.IO.Enumeration;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Deploy;

/// <summary>Decides how jobs that the runbook has not made become its own: data directory, stanza and backup sets stay what they are. Pure.</summary>
public static class ImportPlanner
{
    /// <summary>The jobs of these settings that somebody else has made.</summary>
    public static IReadOnlyList<DeployedJob> Foreign(IEnumerable<DeployedJob> jobs) => [.. jobs.Where(j => !j.IsOurs)];

    /// <summary>Refuses settings that would not take over what runs; for this nobody but Nomad need be asked.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="jobs">Those in Nomad that carry the names of the settings.</param>
    /// <exception cref="RunbookException">Something does not fit.</exception>
    public static void GuardJobs(ClusterSettings settings, IReadOnlyList<DeployedJob> jobs)
    {
        var server = jobs.FirstOrDefault(j => j.Id == settings.Postgres.JobName)
            ?? throw RunbookException.Refused($"job {settings.Postgres.JobName} is not in Nomad: there is no server to take over", "set postgres.jobName to the server's job (nomad job status); for a stopped cluster without a job add --take-over; for a new one run Deploy");
        if (server.Type != "service")
            throw Misfit(server, $"is a {server.Type} job and no server", "postgres.jobName");
        if (!server.Datacenters.Any(d => FileSystemName.MatchesSimpleExpression(d, settings.Nomad.Datacenter, ignoreCase: false)))
            throw Misfit(server, $"runs in datacenter {string.Join(", ", server.Datacenters)}", "nomad.datacenter");
        if (server.HostVolumes.Length > 0 && settings.Nomad.Driver == TaskDriver.Exec && !server.HostVolumes.Contains(settings.Volumes.Data.Name))
            throw Misfit(server, $"has host volumes {string.Join(", ", server.HostVolumes)}", "volumes.data.name");
        if (server.Ports.Length > 0 && !server.Ports.Contains(settings.Postgres.Port))
            throw Misfit(server, $"listens on port {string.Join(", ", server.Ports)}", "postgres.port");
        if (jobs.FirstOrDefault(j => j.Id == settings.Pgbackrest.JobName && !j.IsOurs) is { } other)
            throw Misfit(other, "is not the runbook's, which needs a job of that name", "pgbackrest.jobName");
        if (!settings.HasBackups && jobs.FirstOrDefault(j => !j.IsOurs && JobCatalog.BackupIds(settings).Contains(j.Id, StringComparer.Ordinal)) is { } backup)
            throw Misfit(backup, "takes backups, and no repository is configured", "pgbackrest.repositories");
        if (settings.Postgres.Databases.FirstOrDefault(d => d is { CreateUser: true, Password.Source: SecretSource.Generated }) is { } generated)
            throw RunbookException.Refused(
                $"user {generated.User} of database {generated.Name} would get a new password: none is configured",
                "set its password to the one in use (env:NAME, file:/path, secret:NAME), or createUser to false; the old module has it in its output postgres_passwords");
    }

    /// <summary>The steps up to where a deployment goes on; they stop the old server, so that two never meet on one directory.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="jobs">Those in Nomad that carry the names of the settings.</param>
    /// <param name="facts">What the node says; null in a dry run, which cannot ask it.</param>
    /// <exception cref="RunbookException">What is configured would not take over what is there.</exception>
    public static ProcedurePlan Make(ClusterSettings settings, IReadOnlyList<DeployedJob> jobs, ClusterFacts? facts)
    {
        var foreign = Foreign(jobs);
        if (foreign.Count == 0)
            return new ProcedurePlan("Import", [], ["the jobs of this cluster are the runbook's already; ./build.sh Deploy changes them"]);
        var server = jobs.First(j => j.Id == settings.Postgres.JobName);
        var notes = facts is null ? ["data directory and repository are looked at when it is done for real, before anything is stopped"] : Look(settings, server, facts);
        var schedules = foreign.Where(j => JobCatalog.Ids(settings, JobKind.Periodic).Contains(j.Id, StringComparer.Ordinal)).ToList();
        var once = foreign.Except(schedules).Where(j => j != server).Select(j => j.Id).ToList();
        var steps = new List<Step>();
        // A one-off job cannot become one that is dispatched; and none is to run again.
        if (once.Count > 0)
            steps.Add(new StopJobs(once, Purge: true, $"and remove the one-off jobs ({string.Join(", ", once)})"));
        if (schedules.Where(j => !j.Stopped).Select(j => j.Id).ToList() is { Count: > 0 } on)
            steps.Add(new StopJobs(on, Purge: false, $"the schedules ({string.Join(", ", on)})"));
        if (!server.IsOurs)
            steps.Add(new StopJobs([server.Id], Purge: false, $"the server (job {server.Id}); Deploy starts it on the same directory"));
        if (!server.IsOurs)
            steps.Add(new TakeCluster(facts?.Node?.SystemIdentifier ?? ""));
        return new ProcedurePlan("Import", steps, notes);
    }

    /// <summary>The steps by which a stopped cluster without a job becomes the runbook's own.</summary>
    /// <exception cref="RunbookException">There is none, a server runs on it, or what is configured does not fit it.</exception>
    public static ProcedurePlan MakeStopped(ClusterSettings settings, ClusterFacts facts)
    {
        var node = facts.Node ?? throw RunbookException.Refused("the node that holds the data cannot be asked", "./build.sh Status");
        if (!node.DataPresent)
            throw RunbookException.Refused($"there is no cluster in {settings.DataDirectory} on {node.Node}", "set postgres.version, postgres.cluster and volumes.data.path to where it is, or run Deploy for a new cluster");
        HolderWords.GuardForeign(settings, node);
        if (node.DataOurs == true)
            return new ProcedurePlan("Import", [], ["the cluster is the runbook's already; ./build.sh Deploy changes it"]);
        Fits(settings, facts);
        return new ProcedurePlan("Import", [new TakeCluster(node.SystemIdentifier)], Notes(settings, node));
    }

    // What a deployment refuses is refused before anything is stopped or written; that it is not ours is why we are here.
    private static void Fits(ClusterSettings settings, ClusterFacts facts) =>
        _ = DeployPlanner.Make(settings, facts with { Node = facts.Node! with { DataOurs = null, Foreign = null } }, [], "");

    private static List<string> Look(ClusterSettings settings, DeployedJob server, ClusterFacts facts)
    {
        var node = facts.Node ?? throw RunbookException.Refused("the node that holds the data cannot be asked", "./build.sh Status");
        var home = "set postgres.version, postgres.cluster and volumes.data.path to where the server has its data";
        if (!node.DataPresent)
            throw RunbookException.Refused($"there is no cluster in {settings.DataDirectory} on {node.Node}: a second one would be created next to the one that runs", home);
        if (!server.IsOurs && !server.Stopped && node.Recovering is null)
            throw RunbookException.Refused($"the server of job {server.Id} does not run on {settings.DataDirectory}, or not at {settings.Volumes.Socket.Path} port {settings.Postgres.Port}", $"{home}, postgres.port and volumes.socket.path as well");
        if (node.Recovering == true)
            throw RunbookException.Refused($"the server of job {server.Id} is in recovery", "wait until it takes writes, then run the same command");
        if (settings.HasBackups && node.Repository is { } info)
        {
            if (info.Repositories.Where(r => r.IsMissing).Select(r => r.Number).ToList() is { Count: > 0 } missing && missing.Count == info.Repositories.Length)
                throw RunbookException.Refused($"stanza {settings.Pgbackrest.Stanza} is not in the repository: it would be created, and the existing sets would be orphaned", "set pgbackrest.stanza, and path and place of pgbackrest.repositories, as they are");
            if (info.BackupRunning)
                throw RunbookException.Refused("a backup is running", "wait for it to end, then run the same command");
        }

        Fits(settings, facts);
        return Notes(settings, node);
    }

    private static List<string> Notes(ClusterSettings settings, NodeFacts node)
    {
        var notes = new List<string>
        {
            $"the data stays where it is: {HostView.Directory(settings, node)} on {node.Node}, {Words.Bytes(node.DataBytes)}, system identifier {node.SystemIdentifier}",
        };
        if (node.Repository is { } info)
            notes.Add($"the backups stay: stanza {settings.Pgbackrest.Stanza}, {info.Sets.Length} sets of this cluster");
        notes.Add("the server is down while its job is replaced");
        if (settings.Postgres.SuperuserPassword.Source == SecretSource.Generated)
            notes.Add("the superuser's password is generated again (postgres.superuserPassword): ./build.sh Passwords shows it");
        return notes;
    }

    private static RunbookException Misfit(DeployedJob job, string what, string setting) =>
        RunbookException.Refused($"job {job.Id} {what}, which is not what is configured", $"set {setting} to what runs: nomad job inspect {job.Id}");
}

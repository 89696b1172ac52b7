using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Deploy;

/// <summary>Decides what Stop and Destroy do. Pure.</summary>
public static class HaltPlanner
{
    /// <summary>Schedules first, so that none starts a backup of a stopping server.</summary>
    public static ProcedurePlan Stop(ClusterSettings settings, ClusterFacts facts)
    {
        var steps = new List<Step>();
        var schedules = Existing(facts, JobCatalog.Ids(settings, JobKind.Periodic)).Where(id => !facts.Jobs[id].Stopped).ToList();
        if (schedules.Count > 0)
            steps.Add(new StopJobs(schedules, settings.Nomad.PurgeOnStop, $"the schedules ({string.Join(", ", schedules)})"));
        // Paused, it runs until somebody has looked.
        var restores = facts.Active(facts.RestoreJob).Select(a => a.JobId).Distinct().ToList();
        if (restores.Count > 0)
            steps.Add(new StopJobs(restores, Purge: false, $"the restore ({string.Join(", ", restores)})"));
        if (facts.ServerWanted || facts.Active(facts.ServerJob).Any())
            steps.Add(new StopJobs([facts.ServerJob], settings.Nomad.PurgeOnStop, $"the server (job {facts.ServerJob})"));
        var next = "./build.sh Deploy starts the cluster again";
        if (facts.Node?.Restore is { } restore)
            next = $"restore {restore.Id} stays in phase {restore.Phase}, {RestoreWords.Due(restore)} continues it";
        return new ProcedurePlan("Stop", steps, [$"data stays in {HostView.Directory(settings, facts.Node)}; {next}"]);
    }

    /// <summary>Every job of the cluster, the server last but for those that can still be asked about it.</summary>
    public static ProcedurePlan Destroy(ClusterSettings settings, ClusterFacts facts)
    {
        var ids = Existing(facts,
        [
            .. JobCatalog.Ids(settings, JobKind.Periodic), .. JobCatalog.Ids(settings, JobKind.Dispatched).Reverse().Except([settings.Pgbackrest.JobName]),
            facts.ServerJob, settings.Pgbackrest.JobName,
        ]);
        var steps = ids.Select(Step (id) => new StopJobs([id], Purge: true, $"and remove job {id}")).ToList();
        return new ProcedurePlan("Destroy", steps,
        [
            $"the data stays on the volume: {HostView.Directory(settings, facts.Node)}",
            settings.HasBackups ? $"the backups stay in the repository: stanza {settings.Pgbackrest.Stanza}" : "there are no backups",
        ]);
    }

    private static List<string> Existing(ClusterFacts facts, IEnumerable<string> ids) => [.. ids.Where(facts.Jobs.ContainsKey)];
}

using System.Collections.Immutable;

namespace Runbook.Settings;

/// <summary>How a job runs.</summary>
public enum JobKind
{
    /// <summary>Runs until it is stopped.</summary>
    Service,

    /// <summary>Runs by a schedule.</summary>
    Periodic,

    /// <summary>Runs when the runbook dispatches it.</summary>
    Dispatched,

    /// <summary>Registered for the time of one question, and removed.</summary>
    Temporary,

    /// <summary>Registered and never run: its meta is what it is for.</summary>
    Notice,
}

/// <summary>One job that a cluster has, may have, or needs for itself.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Kind">How it runs.</param>
/// <param name="Template">Name of its template, without <c>.nomad.hcl.sbn</c>.</param>
/// <param name="Setting">Path of the setting that decides its name.</param>
/// <param name="Id">Nomad's id of it.</param>
public sealed record CatalogJob(JobRole Role, JobKind Kind, string Template, string Setting, Func<ClusterSettings, string> Id)
{
    /// <summary>Whether the setting is the name itself; otherwise the name follows from it.</summary>
    public bool IsNamed { get; init; } = true;

    /// <summary>Whether a deployment submits it.</summary>
    public Func<ClusterSettings, bool> IsDeployed { get; init; } = settings => settings.HasBackups;

    /// <summary>Its resource in Terraform's root module; empty for one that Terraform must never own: a one-off job that Nomad has
    /// forgotten would be run again.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The variable of the root module that leaves it out.</summary>
    public string Variable { get; init; } = "";

    /// <summary>When a periodic job runs; null for the others.</summary>
    public Func<ClusterSettings, Schedule>? Schedule { get; init; }
}

/// <summary>Every job of a cluster, one row each. A new job is a row here and a template.</summary>
public static class JobCatalog
{
    /// <summary>The rows, in the order in which a deployment needs the jobs.</summary>
    public static ImmutableArray<CatalogJob> Jobs { get; } =
    [
        new(JobRole.Postgres, JobKind.Service, "postgres", "postgres.jobName", s => s.Postgres.JobName)
        {
            IsDeployed = _ => true, Resource = "server", Variable = "server",
        },
        new(JobRole.PostgresInit, JobKind.Dispatched, "postgres-init", "postgres.initJobName", s => s.Postgres.InitJobName) { IsDeployed = _ => true },
        new(JobRole.Operations, JobKind.Dispatched, "pgbackrest", "pgbackrest.jobName", s => s.Pgbackrest.JobName) { IsDeployed = _ => true },
        new(JobRole.PgbackrestInit, JobKind.Dispatched, "pgbackrest-init", "pgbackrest.initJobName", s => s.Pgbackrest.InitJobName),
        new(JobRole.Restore, JobKind.Dispatched, "pgbackrest-restore", "pgbackrest.restoreJobName", s => s.Pgbackrest.RestoreJobName),
        Periodic(JobRole.Full, "full", "pgbackrest-backup", "schedules", s => s.Pgbackrest.Schedules.Full),
        Periodic(JobRole.Diff, "diff", "pgbackrest-backup", "schedules", s => s.Pgbackrest.Schedules.Diff),
        Periodic(JobRole.Incr, "incr", "pgbackrest-backup", "schedules", s => s.Pgbackrest.Schedules.Incr),
        Periodic(JobRole.Check, "check", "pgbackrest-check", "check", s => s.Pgbackrest.Check),
        new(JobRole.Look, JobKind.Temporary, "pgbackrest", "pgbackrest.jobName", s => s.Pgbackrest.JobName + "-look") { IsNamed = false, IsDeployed = _ => false },
        new(JobRole.Lock, JobKind.Notice, "lock", "postgres.jobName", s => s.Postgres.JobName + "-lock") { IsNamed = false, IsDeployed = _ => false },
        new(JobRole.History, JobKind.Notice, "history", "postgres.jobName", s => s.Postgres.JobName + "-history") { IsNamed = false, IsDeployed = _ => false },
    ];

    /// <summary>The jobs that run by a schedule: the backups, and the cluster's check of itself.</summary>
    public static IEnumerable<CatalogJob> Schedules => Jobs.Where(job => job.Kind == JobKind.Periodic);

    /// <summary>The scheduled backups.</summary>
    public static IEnumerable<CatalogJob> Backups => Jobs.Where(job => job.Role.IsBackup());

    /// <summary>The row of a role.</summary>
    public static CatalogJob Of(JobRole role) => Jobs.Single(job => job.Role == role);

    /// <summary>Nomad's id of the job of a role.</summary>
    public static string Id(ClusterSettings settings, JobRole role) => Of(role).Id(settings);

    /// <summary>Nomad's ids of all jobs of some kinds.</summary>
    public static IEnumerable<string> Ids(ClusterSettings settings, params IEnumerable<JobKind> kinds) =>
        Jobs.Where(job => kinds.Contains(job.Kind)).Select(job => job.Id(settings));

    /// <summary>Nomad's ids of the scheduled backups.</summary>
    public static IEnumerable<string> BackupIds(ClusterSettings settings) => Backups.Select(job => job.Id(settings));

    /// <summary>The job of an id, or of the parent of one that was dispatched; null when it is none of the cluster's.</summary>
    public static CatalogJob? Find(ClusterSettings settings, string id) =>
        Jobs.FirstOrDefault(job => job.Id(settings) is var own && (own == id || id.StartsWith(own + '/', StringComparison.Ordinal)));

    private static CatalogJob Periodic(JobRole role, string type, string template, string variable, Func<ClusterSettings, Schedule> schedule) =>
        new(role, JobKind.Periodic, template, "pgbackrest.jobName", s => $"{s.Pgbackrest.JobName}-{type}")
        {
            IsNamed = false, IsDeployed = s => s.HasBackups && schedule(s).IsOn, Resource = type, Variable = variable, Schedule = schedule,
        };
}

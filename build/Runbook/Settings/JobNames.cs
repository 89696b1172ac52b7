namespace Runbook.Settings;

/// <summary>Every name of a job that a cluster has, may have, or needs for itself: one place, so that none is given twice.</summary>
public static class JobNames
{
    /// <summary>Id of the job by which the cluster checks itself.</summary>
    public static string Check(ClusterSettings settings) => settings.Pgbackrest.JobName + "-check";

    /// <summary>Id of the job that looks into the repositories of a configuration before it is deployed; there for as long as it looks.</summary>
    public static string Look(ClusterSettings settings) => settings.Pgbackrest.JobName + "-look";

    /// <summary>Id of a scheduled backup.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="type">full, diff or incr.</param>
    public static string Backup(ClusterSettings settings, string type) => $"{settings.Pgbackrest.JobName}-{type}";

    /// <summary>Those that have a setting of their own, with its path.</summary>
    public static IEnumerable<(string Path, string Id)> Given(ClusterSettings settings) =>
    [
        ("postgres.jobName", settings.Postgres.JobName),
        ("postgres.initJobName", settings.Postgres.InitJobName),
        ("pgbackrest.jobName", settings.Pgbackrest.JobName),
        ("pgbackrest.initJobName", settings.Pgbackrest.InitJobName),
        ("pgbackrest.restoreJobName", settings.Pgbackrest.RestoreJobName),
    ];

    /// <summary>Those that follow from another name, with the path of the setting that they follow from.</summary>
    public static IEnumerable<(string Path, string Id)> Derived(ClusterSettings settings) =>
    [
        ("postgres.jobName", settings.LockJobName),
        ("postgres.jobName", settings.HistoryJobName),
        .. ((string[])["full", "diff", "incr"]).Select(type => ("pgbackrest.jobName", Backup(settings, type))),
        ("pgbackrest.jobName", Check(settings)),
        ("pgbackrest.jobName", Look(settings)),
    ];

    /// <summary>The setting that decides the name of a job, or of the parent of one that was dispatched.</summary>
    public static string SettingOf(ClusterSettings settings, string id) => Given(settings).Concat(Derived(settings))
        .FirstOrDefault(job => job.Id == id || id.StartsWith(job.Id + '/', StringComparison.Ordinal)).Path ?? "its name";
}

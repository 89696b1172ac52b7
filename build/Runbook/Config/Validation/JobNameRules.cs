namespace Runbook.Config;

internal static class JobNameRules
{
    public static void Check(ClusterSettings settings, Problems problems)
    {
        (string Path, string Id)[] names =
        [
            ("postgres.jobName", settings.Postgres.JobName),
            ("postgres.initJobName", settings.Postgres.InitJobName),
            ("pgbackrest.jobName", settings.Pgbackrest.JobName),
            ("pgbackrest.initJobName", settings.Pgbackrest.InitJobName),
            ("pgbackrest.restoreJobName", settings.Pgbackrest.RestoreJobName),
        ];
        foreach (var (path, id) in names.Where(name => !Text.IsPlainName(name.Id)))
            problems.Add(path, $"found \"{id}\"; allowed: {Text.PlainNameRule} characters");

        // Jobs whose names follow from the others take part: one job would silently replace the other.
        (string Path, string Id)[] derived =
        [
            ("postgres.jobName", settings.LockJobName),
            ("postgres.jobName", settings.HistoryJobName),
            ("pgbackrest.jobName", settings.Pgbackrest.JobName + "-full"),
            ("pgbackrest.jobName", settings.Pgbackrest.JobName + "-diff"),
            ("pgbackrest.jobName", settings.Pgbackrest.JobName + "-incr"),
            ("pgbackrest.jobName", settings.Pgbackrest.JobName + "-check"),
        ];
        foreach (var same in names.Concat(derived).GroupBy(name => name.Id).Where(group => group.Count() > 1))
        {
            var paths = same.Select(name => name.Path).Distinct().ToList();
            problems.Add(paths[^1], $"\"{same.Key}\" is already the name of the job of {paths[0]}; every job needs its own");
        }
    }
}

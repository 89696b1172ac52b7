namespace Runbook.Config;

internal static class PgbackrestRules
{
    public static void Check(ClusterSettings settings, Problems problems)
    {
        var pgbackrest = settings.Pgbackrest;
        problems.AddIf(!Text.IsPlainName(pgbackrest.Stanza), "pgbackrest.stanza",
            $"found \"{pgbackrest.Stanza}\"; allowed: {Text.PlainNameRule} characters");
        CheckSchedule("full", pgbackrest.Schedules.Full, problems);
        CheckSchedule("diff", pgbackrest.Schedules.Diff, problems);
        CheckSchedule("incr", pgbackrest.Schedules.Incr, problems);
        if (pgbackrest.Repository is { } repository)
            CheckRepository(settings, repository, problems);
    }

    private static void CheckRepository(ClusterSettings settings, RepositorySettings repository, Problems problems)
    {
        const string path = "pgbackrest.repository";
        if (Text.PathProblem(repository.Path) is { } problem)
            problems.Add($"{path}.path", problem);

        if (problems.IsBroken($"{path}.type"))
            return;
        if (repository.Type == RepositoryType.S3)
        {
            problems.AddIf(repository.S3 is null, $"{path}.s3",
                "is missing; required for type \"s3\": an object with endpoint, bucket, region, key, keySecret");
            problems.AddIf(repository.Volume.Length > 0, $"{path}.volume", "has no meaning for type \"s3\"; leave it out");
            if (repository.S3 is { } s3)
                CheckS3(s3, problems);
            return;
        }

        problems.AddIf(repository.S3 is not null, $"{path}.s3",
            "is allowed for type \"s3\" only; leave it out, or set it to null over a lower file");
        var needsVolume = settings.Nomad.Driver != TaskDriver.RawExec && !problems.IsBroken("nomad.driver");
        problems.AddIf(needsVolume && !Text.IsPlainName(repository.Volume), $"{path}.volume",
            $"found \"{repository.Volume}\"; required for type \"posix\" under the driver "
            + $"\"{SettingNames.Of(settings.Nomad.Driver)}\": the name of a host volume, else backups would vanish with the task");
        foreach (var (key, volume) in new[]
                 {
                     ("data", settings.Volumes.Data), ("socket", settings.Volumes.Socket), ("log", settings.Volumes.Log),
                 })
        {
            problems.AddIf(repository.Path.TrimEnd('/') == volume.Path.TrimEnd('/'), $"{path}.path",
                $"\"{repository.Path}\" is also volumes.{key}.path; each needs its own");
            problems.AddIf(needsVolume && repository.Volume == volume.Name, $"{path}.volume",
                $"\"{repository.Volume}\" is also volumes.{key}.name; each needs its own");
        }
    }

    private static void CheckS3(S3Settings s3, Problems problems)
    {
        const string path = "pgbackrest.repository.s3";
        var endpoint = S3Endpoint.Parse(s3.Endpoint ?? "");
        problems.AddIf(endpoint is null, $"{path}.endpoint",
            $"found \"{s3.Endpoint}\"; allowed: a host, optionally with https:// and a port (pgBackRest speaks TLS only)");
        problems.AddIf(endpoint is { Port: > 0 } && s3.Port > 0 && s3.Port != endpoint.Port, $"{path}.port",
            $"found {s3.Port}, but {path}.endpoint says {endpoint?.Port}; leave one of them out");
        problems.AddIf(!Text.IsPlainName(s3.Bucket ?? ""), $"{path}.bucket",
            $"found \"{s3.Bucket}\"; allowed: {Text.PlainNameRule} characters");
        problems.AddIf(!Text.IsPlainName(s3.Region ?? ""), $"{path}.region",
            $"found \"{s3.Region}\"; allowed: {Text.PlainNameRule} characters");
        if (s3.CaFile.Length > 0 && Text.PathProblem(s3.CaFile) is { } problem)
            problems.Add($"{path}.caFile", problem);
    }

    private static void CheckSchedule(string type, Schedule schedule, Problems problems)
    {
        var path = $"pgbackrest.schedules.{type}";
        if (schedule.IsOn && CronRule.Problem(schedule.Cron) is { } problem)
            problems.Add($"{path}.cron", problem);
        problems.AddIf(!TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out _), $"{path}.timeZone",
            $"found \"{schedule.TimeZone}\"; allowed: an IANA name such as \"UTC\" or \"Europe/Berlin\"");
    }
}

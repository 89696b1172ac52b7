namespace Runbook.Settings;

internal static class PgbackrestRules
{
    private const int SmallestQueue = 48;

    public static void Check(ClusterSettings settings, Problems problems)
    {
        var pgbackrest = settings.Pgbackrest;
        problems.AddIf(!Text.IsPlainName(pgbackrest.Stanza), "pgbackrest.stanza",
            $"found \"{pgbackrest.Stanza}\"; allowed: {Text.PlainNameRule} characters");
        CheckSchedule("pgbackrest.schedules.full", pgbackrest.Schedules.Full, problems);
        CheckSchedule("pgbackrest.schedules.diff", pgbackrest.Schedules.Diff, problems);
        CheckSchedule("pgbackrest.schedules.incr", pgbackrest.Schedules.Incr, problems);
        CheckSchedule("pgbackrest.check", pgbackrest.Check, problems);
        problems.AddIf(pgbackrest.ArchivePushQueueMax is > 0 and < SmallestQueue, "pgbackrest.archivePushQueueMax",
            $"found {pgbackrest.ArchivePushQueueMax}; allowed: 0, or at least {SmallestQueue} MB: a WAL segment has 16 MB, and a smaller queue would drop every segment");
        RepositoryRules.Check(settings, problems);
    }

    private static void CheckSchedule(string path, Schedule schedule, Problems problems)
    {
        if (schedule.IsOn && CronRule.Problem(schedule.Cron) is { } problem)
            problems.Add($"{path}.cron", problem);
        problems.AddIf(!TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out _), $"{path}.timeZone",
            $"found \"{schedule.TimeZone}\"; allowed: an IANA name such as \"UTC\" or \"Europe/Berlin\"");
    }
}

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
        RepositoryRules.Check(settings, problems);
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

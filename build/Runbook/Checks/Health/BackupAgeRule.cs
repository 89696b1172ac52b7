using Runbook.Output;
using Runbook.Wal;

namespace Runbook.Checks;

/// <summary>How old the last good backups are, in each repository that can be read. None at all is worse than any age. Pure.</summary>
public static class BackupAgeRule
{
    /// <summary>What was found.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        foreach (var (_, number, status) in look.Repositories)
        {
            // Of one that cannot be read, or is another place, nobody can tell; its own rule says so.
            if (status is null or { IsUnreadable: true } or { IsMissing: true })
                continue;
            var good = look.GoodSets(number).ToList();
            yield return Age(look, number, "full backup", good.LastOrDefault(s => s.Type == BackupType.Full), look.Thresholds.FullAge, Metrics.FullAge, "full");
            yield return Age(look, number, "backup", good.LastOrDefault(), look.Thresholds.BackupAge, Metrics.BackupAge, "incr");
            if (Damaged(look, number) is { } damaged)
                yield return damaged;
        }
    }

    private static Finding Age(HealthLook look, int number, string what, BackupSet? last, TimeSpan? limit, Metric metric, string type)
    {
        var count = Metrics.Sets.Of(look.Facts.Node?.Repository?.SetsOf(number).Count() ?? 0);
        var next = $"./build.sh Backup --backup-type {type}";
        var check = what.Replace(' ', '-');
        if (last is null)
            return new Finding(HealthLevel.Critical, check, $"{look.Of(number)} holds no good {what}")
            {
                Repository = number, Threshold = "critical without one", Next = "./build.sh Backup --backup-type full", Measures = type == "full" ? [count] : [],
            };
        var age = look.Now - last.FinishedAt;
        var level = limit is null ? HealthLevel.Warning : Grade.Above(age, limit.Value);
        return new Finding(level, check, $"the last good {what} in {look.Of(number)} is {last.Label}, {Words.Span(age)} old")
        {
            Repository = number,
            Threshold = limit is null ? $"no schedule and no pgbackrest.check.{(type == "full" ? "fullAge" : "backupAge")} says how old it may be" : Grade.AboveInWords(limit.Value),
            Next = level == HealthLevel.Ok ? "" : next,
            Measures = type == "full" ? [metric.Of(age), count] : [metric.Of(age)],
        };
    }

    private static Finding? Damaged(HealthLook look, int number)
    {
        var damaged = (look.Facts.Node?.Repository?.SetsOf(number) ?? []).Where(s => s.Error).Select(s => s.Label).ToList();
        return damaged.Count == 0 ? null : new Finding(
            HealthLevel.Warning, "damaged-backup", $"{string.Join(", ", damaged)} in {look.Of(number)}: pgBackRest found damaged pages while it copied; not counted as good")
        {
            Repository = number, Next = "./build.sh Logs, then look at the disk",
        };
    }
}

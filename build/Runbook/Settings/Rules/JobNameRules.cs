namespace Runbook.Settings;

internal static class JobNameRules
{
    public static void Check(ClusterSettings settings, Problems problems)
    {
        foreach (var job in JobCatalog.Jobs.Where(job => job.IsNamed && !Text.IsPlainName(job.Id(settings))))
            problems.Add(job.Setting, $"found \"{job.Id(settings)}\"; allowed: {Text.PlainNameRule} characters");

        // Jobs whose names follow from the others take part: one job would silently replace the other.
        foreach (var same in JobCatalog.Jobs.OrderBy(job => !job.IsNamed).GroupBy(job => job.Id(settings)).Where(group => group.Count() > 1))
        {
            var paths = same.Select(job => job.Setting).Distinct().ToList();
            problems.Add(paths[^1], $"\"{same.Key}\" is already the name of the job of {paths[0]}; every job needs its own name");
        }
    }
}

namespace Runbook.Settings;

internal static class JobNameRules
{
    public static void Check(ClusterSettings settings, Problems problems)
    {
        var names = JobNames.Given(settings).ToList();
        foreach (var (path, id) in names.Where(name => !Text.IsPlainName(name.Id)))
            problems.Add(path, $"found \"{id}\"; allowed: {Text.PlainNameRule} characters");

        // Jobs whose names follow from the others take part: one job would silently replace the other.
        foreach (var same in names.Concat(JobNames.Derived(settings)).GroupBy(name => name.Id).Where(group => group.Count() > 1))
        {
            var paths = same.Select(name => name.Path).Distinct().ToList();
            problems.Add(paths[^1], $"\"{same.Key}\" is already the name of the job of {paths[0]}; every job needs its own name");
        }
    }
}

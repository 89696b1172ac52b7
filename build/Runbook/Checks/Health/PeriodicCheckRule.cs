using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;

namespace Runbook.Checks;

/// <summary>Whether the cluster checks itself, and what it found. Pure.</summary>
public static class PeriodicCheckRule
{
    /// <summary>What was found; nothing where it is not to check itself, or nobody could be asked.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        if (!look.Settings.HasBackups || look.Facts.Node is not { } node)
            yield break;
        if (look.Thresholds.CheckAge is not { } limit)
        {
            yield return new Finding(HealthLevel.Ok, "periodic-check", "none is configured (pgbackrest.check.cron is empty)");
            yield break;
        }
        if (node.Check is not { } check)
        {
            yield return None(look, limit);
            yield break;
        }
        var age = look.Now - check.At;
        var late = age > limit;
        yield return new Finding(
            late || !(check.IsOk || check.IsSkipped) ? HealthLevel.Warning : HealthLevel.Ok, "periodic-check",
            $"{ClusterWords.Result(check)} {Words.Span(age)} ago")
        {
            Threshold = $"warning above {Words.Span(limit)}, or when it failed",
            Next = late ? "./build.sh Status: is the job there, and does its node run?" : check.IsOk || check.IsSkipped ? "" : $"./build.sh Logs --job {JobCatalog.Id(look.Settings, JobRole.Check)}",
            Measures = [Metrics.CheckAge.Of(age), Metrics.CheckOk.Of(check.IsOk)],
        };
    }

    // A cluster whose first backup is younger than that may not have come to its first check yet.
    private static Finding None(HealthLook look, TimeSpan limit)
    {
        var isNew = look.Facts.Node?.Repository is { Sets: [var first, ..] } && look.Now - first.FinishedAt < limit;
        return new Finding(isNew ? HealthLevel.Ok : HealthLevel.Warning, "periodic-check", isNew ? "none yet: the cluster is new" : "the cluster has never checked itself")
        {
            Threshold = $"warning above {Words.Span(limit)}", Next = isNew ? "" : "./build.sh Status, then ./build.sh Deploy where the job is missing",
        };
    }
}

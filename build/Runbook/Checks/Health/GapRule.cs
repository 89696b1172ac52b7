using Runbook.Cluster;
using Runbook.Output;

namespace Runbook.Checks;

/// <summary>Whether WAL is missing, and which times can no longer be restored for it. Pure.</summary>
public static class GapRule
{
    private const string Next = "./build.sh Backup --backup-type full";

    /// <summary>What was found; nothing of a repository that has no set to go on from.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        if (look.Facts.Node is not { Health: { } health, Repository: { } repository })
            yield break;
        foreach (var (_, number, _) in look.Repositories.Where(r => repository.SetsOf(r.Number).Any(s => s.NamesWal)))
        {
            if (health.Unlisted.Contains(number))
                yield return new Finding(HealthLevel.Warning, "wal-gap", $"the WAL in {look.Of(number)} could not be listed: a gap would not be seen") { Repository = number, Next = "./build.sh Check" };
            else
                foreach (var finding in Of(look, WalGaps.Of(look, health, number), number))
                    yield return finding;
        }
    }

    private static IEnumerable<Finding> Of(HealthLook look, IReadOnlyList<WalGap> gaps, int repository)
    {
        // One value of each repository, whatever the number of findings.
        var measures = new[] { Metrics.Gaps.Of(gaps.Count), Metrics.MissingSegments.Of(gaps.Sum(g => g.Count)) };
        if (gaps.Count == 0)
            return [new Finding(HealthLevel.Ok, "wal-gap", $"no WAL segment is missing in {look.Of(repository)}") { Repository = repository, Measures = [.. measures] }];
        return gaps.Select((gap, i) => Of(look, gap) with { Measures = i == 0 ? [.. measures] : [] });
    }

    private static Finding Of(HealthLook look, WalGap gap) => new(
        gap.Elsewhere || gap.IsBehindFull ? HealthLevel.Warning : HealthLevel.Critical, "wal-gap",
        $"{look.Of(gap.Repository)}: {ClusterWords.Missing(gap.First, gap.Position)}{(gap.Count > 1 ? $" ({gap.Count} segments, to {gap.Last})" : "")}; {Lost(look, gap)}{Spoilt(gap)}")
    {
        Repository = gap.Repository,
        Threshold = gap.Elsewhere ? "another repository has it"
            : gap.IsBehindFull ? "critical until a full backup begins after it, a warning for as long as backups of before it are kept" : "critical until a full backup begins after it",
        Next = gap.IsBehindFull ? "" : Next,
    };

    private static string Lost(HealthLook look, WalGap gap)
    {
        var from = look.LastCommits.TryGetValue(gap.First, out var commit) ? $"after {Words.At(commit.At)}, the last commit before it,"
            : gap.BeforeAt is { } at ? $"after {Words.At(at)}, when the last segment before it was archived," : "before it";
        var alone = gap.Elsewhere ? " from this repository alone" : "";
        return gap.Behind is [var set, ..]
            ? $"times {from} and before {Words.At(set.FinishedAt)}, the end of {set.Label}, cannot be restored{alone}"
            : $"no time {from} can be restored{alone} until a backup has been taken";
    }

    private static string Spoilt(WalGap gap) =>
        gap.Spoilt.IsEmpty ? "" : $"; {string.Join(", ", gap.Spoilt.Select(s => s.Label))} cannot be restored without it";
}

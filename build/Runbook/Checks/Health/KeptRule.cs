using Runbook.Cluster;
using Runbook.Output;

namespace Runbook.Checks;

/// <summary>What restores have left behind: directories that take room, or a restore that is not finished. Pure.</summary>
public static class KeptRule
{
    /// <summary>What was found.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        if (look.Facts.Node is not { } node)
            yield break;
        var kept = node.Kept;
        var bytes = kept.Sum(k => k.Bytes);
        var oldest = kept.MinBy(k => k.KeptAt);
        var (old, large) = (oldest is not null && look.Now - oldest.KeptAt > look.Limits.KeptAge, bytes > node.DiskFree);
        yield return new Finding(
            old || large ? HealthLevel.Warning : HealthLevel.Ok, "kept",
            oldest is null ? "no directory is kept" : $"{kept.Length} kept director{(kept.Length == 1 ? "y takes" : "ies take")} {Words.Bytes(bytes)}, the oldest for {Words.Span(look.Now - oldest.KeptAt)}")
        {
            Threshold = oldest is null ? "" : $"warning above {Words.Span(look.Limits.KeptAge)}, or above what is free ({Words.Bytes(node.DiskFree)})",
            Next = old || large ? $"./build.sh Discard --id {oldest!.Id}" : "",
            Measures = [Metrics.KeptDirectories.Of(kept.Length), Metrics.KeptBytes.Of(bytes)],
        };
        yield return node.Restore is { } restore
            ? new Finding(HealthLevel.Warning, "restore", restore.Unfinished ? RestoreWords.Doing(restore) : $"restore {restore.Id} is in place and not finished (phase {restore.Phase})")
            {
                Next = RestoreWords.Due(restore), Measures = [Metrics.RestoreUnderWay.Of(true)],
            }
            : new Finding(HealthLevel.Ok, "restore", "no unfinished restore") { Measures = [Metrics.RestoreUnderWay.Of(false)] };
    }
}

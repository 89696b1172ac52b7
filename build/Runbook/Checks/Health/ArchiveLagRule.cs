using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Output;

namespace Runbook.Checks;

/// <summary>How much WAL waits to be archived, for how long, and why. Pure.</summary>
public static class ArchiveLagRule
{
    /// <summary>What was found; nothing where the node was not asked.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        if (!look.Settings.HasBackups || look.Facts.Node?.Health is not { } health)
            return [];
        return [Lag(look, health), .. Pushes(look, health)];
    }

    private static Finding Lag(HealthLook look, HealthFacts health)
    {
        var since = health.WaitingSince is { } first ? look.Now - first : TimeSpan.Zero;
        var (byTime, byCount) = (Grade.Above(since, look.Limits.ArchiveLag), Grade.Above(health.Waiting, look.Limits.ArchiveSegments));
        var level = Grade.Worse(byTime, byCount);
        return new Finding(
            level, "archive-lag",
            health.Waiting == 0 ? "no WAL segment waits" : $"{health.Waiting} WAL segment{(health.Waiting == 1 ? " waits" : "s wait")} to be archived ({Words.Bytes(health.WaitingBytes)}), the oldest for {Words.Span(since)}")
        {
            Threshold = $"{Grade.AboveInWords(look.Limits.ArchiveLag)}, or {look.Limits.ArchiveSegments} and {look.Limits.ArchiveSegments * 2} segments",
            Next = level == HealthLevel.Ok ? "" : Mend(look),
            Measures = [Metrics.WaitingSegments.Of(health.Waiting), Metrics.WaitingSeconds.Of(since), Metrics.WaitingBytes.Of(health.WaitingBytes)],
        };
    }

    private static IEnumerable<Finding> Pushes(HealthLook look, HealthFacts health)
    {
        if (health.Server is not { } server)
            yield break;
        yield return server.Failing
            ? new Finding(HealthLevel.Warning, "archive-push", $"archiving fails: {Reason(health)}; the last try was {(server.FailedAt is { } at ? Words.At(at) : "just now")}, of {server.FailedSegment}")
            {
                Threshold = "warning while the last try failed",
                Next = $"fix the repository: PostgreSQL tries again by itself, and nothing is lost {Until(look)}",
                Measures = Measures(server),
            }
            : new Finding(HealthLevel.Ok, "archive-push", server.FailedPushes == 0 ? "none has failed" : $"{server.FailedPushes} have failed, none since the last that went well")
            {
                Measures = Measures(server),
            };
    }

    private static ImmutableArray<Measure> Measures(ServerHealth server) =>
        [Metrics.Failing.Of(server.Failing), Metrics.FailedPushes.Of(server.FailedPushes)];

    private static string Until(HealthLook look) => look.Settings.Pgbackrest.ArchivePushQueueMax is > 0 and var limit
        ? $"until {limit} MiB of WAL wait (pgbackrest.archivePushQueueMax)" : "as long as the data volume has room";

    private static string Reason(HealthFacts health) => health.PushError is { } error ? error.Words : "pgBackRest gave no reason";

    private static string Mend(HealthLook look) => look.Facts.ServerAnswers ? "./build.sh Logs says why archiving fails; fix the cause; archiving then catches up by itself" : "./build.sh Status";
}

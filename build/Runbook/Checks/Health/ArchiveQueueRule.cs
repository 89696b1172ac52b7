using Runbook.Output;

namespace Runbook.Checks;

/// <summary>How near the waiting WAL is to being dropped. The alarm comes before that: what is dropped is a gap for ever. Pure.</summary>
public static class ArchiveQueueRule
{
    private const double Warning = 0.5;
    private const double Critical = 0.8;
    private const long MiB = 1 << 20;

    /// <summary>What was found; nothing where WAL is never dropped.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        if (!look.Settings.HasBackups || look.Settings.Pgbackrest.ArchivePushQueueMax == 0 || look.Facts.Node?.Health is not { } health)
            yield break;
        var limit = look.Settings.Pgbackrest.ArchivePushQueueMax * MiB;
        var share = (double)health.WaitingBytes / limit;
        var level = share >= Critical ? HealthLevel.Critical : share >= Warning ? HealthLevel.Warning : HealthLevel.Ok;
        yield return new Finding(level, "archive-queue", $"{Words.Bytes(health.WaitingBytes)} of WAL wait, above {Words.Bytes(limit)} all of it is dropped")
        {
            Threshold = $"warning from {Words.Bytes((long)(limit * Warning))}, critical from {Words.Bytes((long)(limit * Critical))}",
            Next = level == HealthLevel.Ok ? "" : "fix the repository; or, while the data volume has room, set pgbackrest.archivePushQueueMax higher and ./build.sh Deploy",
            Measures = [Metrics.QueueLimit.Of(limit)],
        };
    }
}

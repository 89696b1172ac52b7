namespace Runbook.Checks;

/// <summary>Whether the server has read pages that the disk had changed. Pure.</summary>
public static class ChecksumRule
{
    /// <summary>What was found; nothing where the server does not answer.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        if (look.Facts.Node?.Health?.Server is not { } server)
            yield break;
        if (server.ChecksumFailures is not { } failures)
        {
            yield return new Finding(HealthLevel.Ok, "checksums", "the cluster has none: nothing tells when the disk changes a page");
            yield break;
        }
        yield return new Finding(
            failures > 0 ? HealthLevel.Critical : HealthLevel.Ok, "checksums",
            failures > 0 ? $"{failures} {(failures == 1 ? "page was" : "pages were")} read with a wrong checksum: the disk has changed data" : "no page was read with a wrong checksum")
        {
            Threshold = failures > 0 ? "critical above 0" : "",
            Next = failures > 0 ? "./build.sh Logs names the file; ./build.sh Restore --online --recovery-target latest on a sound disk" : "",
            Measures = [Metrics.ChecksumFailures.Of(failures)],
        };
    }
}

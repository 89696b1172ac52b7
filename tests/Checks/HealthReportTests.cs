using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Output;
using Shouldly;
using Tests.Cluster;
using Tests.Output;
using Tests.Restore;
using Xunit;

namespace Tests.Checks;

public class HealthReportTests
{
    [Theory]
    [InlineData("healthy", OutputFormat.Text), InlineData("ill", OutputFormat.Text), InlineData("ill", OutputFormat.Json), InlineData("ill", OutputFormat.Prometheus)]
    public void It_reads_the_same_every_time(string state, OutputFormat format)
    {
        var look = state == "ill" ? Ill() : GivenHealth.Look();
        var findings = HealthCheck.Of(look);
        $"{HealthReport.Write(format, look, new("production", "/opt/nomad"), findings)}\n{HealthReport.Summary(findings)}\n".ShouldBeApproved($"health-{state}-{format}".ToLowerInvariant());
    }

    [Fact]
    public void A_label_is_escaped_and_every_metric_is_explained_once()
    {
        var text = PrometheusText.Write("a\"b\\c\nd", HealthCheck.Of(GivenHealth.Look()));
        text.ShouldContain("""postgres_runbook_check_level{cluster="a\"b\\c\nd"} 0""");
        text.ShouldEndWith("\n");
        var names = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]).ToList();
        names.ShouldBeUnique();
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#').Select(l => l.Split('{')[0]).Distinct().ShouldBe(names);
        text.Split('\n').Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).ShouldAllBe(l => l.EndsWith(" counter") == l.Contains("_total "));
    }

    // Two repositories, one of which is away; a gap; WAL that waits, on a volume that runs full.
    private static HealthLook Ill() => GivenHealth.Node(n => n with
    {
        Repository = Given.Repository with { Sets = [Given.Set], Repositories = [GivenHealth.Status(1, 0), GivenHealth.Status(2, 99, "[HostConnectError] timeout")] },
        Repositories = [GivenHealth.Status(1, 0), GivenHealth.Status(2, 99, "[HostConnectError] timeout")],
        Kept = [Given.Kept("20261101-120000", 21)],
        Check = new PeriodicCheck(GivenHealth.Now.AddMinutes(-43), "failed", ["repository 2 does not answer: [HostConnectError] timeout"]),
        Health = GivenHealth.Facts with
        {
            Server = GivenHealth.Server(13) with { Failing = true, FailedPushes = 6, FailedAt = GivenHealth.Now.AddMinutes(-1), FailedSegment = GivenRestore.Segment(1, 10) },
            Archived = [GivenHealth.Wal(1, 4, 6), GivenHealth.Wal(1, 8, 9)],
            Waiting = 3, WaitingSince = GivenHealth.Now.AddMinutes(-7), Waits = [GivenHealth.Wal(1, 10, 12, 0, "-")],
            PushError = new PushError(GivenHealth.Now, "103", "repo2: [HostConnectError] timeout"),
            Rooms = [new("data", 12_000_000_000, 100_000_000_000, "/var/lib/postgresql")],
            Past = [new PastRoom(GivenHealth.Now.AddHours(-10), [new("data", 17_000_000_000, 100_000_000_000)])],
        },
    }, GivenHealth.Two with { Pgbackrest = GivenHealth.Two.Pgbackrest with { ArchivePushQueueMax = 64 } });
}

using Runbook.Facts;
using Runbook.Report;
using Runbook.Run;
using Shouldly;
using Tests.Facts;
using Xunit;

namespace Tests.Report;

public class StatusReportTests
{
    private static readonly LockHolder Holder = new("ann@desk", "1:2", "boot", "Restore", Given.Noon, "run", Given.Noon);

    public static TheoryData<string> States => ["absent", "running", "stopped", "failed", "restoring", "restoring-held", "restored", "no-repository", "dead-repository"];

    [Theory, MemberData(nameof(States))]
    public void It_reads_the_same_every_time(string state)
    {
        var document = StatusReport.Document(
            state == "no-repository" ? Given.WithoutBackups : Given.Settings, state == "running" ? "local" : "production", FactsOf(state),
            state == "restoring-held" ? Holder : null);
        document.State.ShouldBe(state switch { "restoring-held" => "restoring", "no-repository" or "dead-repository" => "running", _ => state });
        $"{StatusReport.Text(document, Given.Noon.AddHours(3))}\n\n{StatusReport.Json(document)}\n".ShouldBeApproved($"status-{state}");
    }

    [Fact]
    public void The_connection_is_quoted_as_libpq_reads_it()
    {
        var settings = Given.Settings with { Volumes = new() { Socket = new("s", "/srv/it's a\\b") } };
        StatusReport.Connection(settings).ShouldBe("host='/srv/it\\'s a\\\\b' port=5432 user=postgres dbname=postgres");
    }

    private static ClusterFacts FactsOf(string state) => state switch
    {
        "absent" => Given.Absent,
        "stopped" => Given.Stopped,
        "failed" => Given.With(n => n with { Recovering = null }),
        "restoring" => Given.Restoring("copying", target: "latest", copied: 123_000_000),
        "restoring-held" => Given.Restoring("copying", copied: 123_000_000),
        "restored" => Given.Restoring("restored"),
        "no-repository" => Given.With(n => n with { Repository = null }),
        "dead-repository" => Given.With(n => n with { Repository = null, RepositoryError = "ERROR: [049]: timeout" }),
        _ => Given.With(n => n with
        {
            Kept = [new KeptDirectory("20261121-150000", 800_000_000, Given.Noon.AddDays(-1), "/var/lib/postgresql/15/main.kept-20261121-150000")],
            Repository = Given.Repository with { BackupRunning = true },
        }),
    };
}

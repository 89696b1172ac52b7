using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Status;
using Shouldly;
using Tests.Cluster;
using Tests.Output;
using Xunit;

namespace Tests.Status;

public class StatusReportTests
{
    private static readonly LockHolder Holder = new("ann@desk", "1:2", "boot", "Restore", Given.Noon, "run", Given.Noon);

    public static TheoryData<string> States => ["absent", "running", "stopped", "failed", "restoring", "restoring-held", "restoring-dead", "deploy-dead", "restored", "no-repository", "dead-repository", "recovering", "stalled", "paused", "paused-dead", "online", "undoing", "schedules-paused", "checked", "unasked", "away"];

    [Theory, MemberData(nameof(States))]
    public void It_reads_the_same_every_time(string state)
    {
        var typed = new CommandOptions(state == "running" ? "local" : "production");
        var document = StatusReport.Document(
            state switch { "no-repository" => Given.WithoutBackups, "checked" => TrustsAny, _ => Given.Settings }, typed, FactsOf(state),
            state switch { "restoring-held" => (Holder, true), "restoring-dead" => (Holder with { Renewed = Given.Noon.AddMinutes(7) }, false), "deploy-dead" => (Holder with { Target = "Deploy" }, false), _ => null });
        document.State.ShouldBe(state switch { "restoring-held" or "restoring-dead" => "restoring", "deploy-dead" or "no-repository" or "dead-repository" or "online" or "schedules-paused" or "checked" => "running",
            "recovering" or "stalled" or "undoing" => "restoring", "paused-dead" => "paused", "unasked" => "failed", _ => state,
        });
        $"{StatusReport.Text(document, typed, Given.Noon.AddHours(3))}\n\n{StatusReport.Json(document)}\n".ShouldBeApproved($"status-{state}");
    }

    [Fact]
    public void The_connection_is_quoted_as_libpq_reads_it()
    {
        var settings = Given.Settings with { Volumes = new() { Socket = new("s", "/srv/it's a\\b") } };
        StatusReport.Connection(settings).ShouldBe("host='/srv/it\\'s a\\\\b' port=5432 user=postgres dbname=postgres");
    }

    // Two repositories: one whose certificate nobody looks at, and one that does not answer.
    private static readonly ClusterSettings TrustsAny = Given.Settings with
    {
        Pgbackrest = Given.Settings.Pgbackrest with
        {
            Repositories = [new() { Type = RepositoryType.S3, S3 = new() { Bucket = "b", Endpoint = "e", Region = "r" }, Tls = new() { TrustAnyCertificate = true } }, Given.Settings.Pgbackrest.Repositories[0]],
        },
    };

    private static ClusterFacts FactsOf(string state) => state switch
    {
        "absent" => Given.Absent,
        "stopped" => Given.Stopped,
        "away" => Given.Running with { Node = null, Allocations = [Given.Allocation("postgres", "unknown")], Unasked = new("Nomad cannot place pgbackrest/dispatch-1: no node is ready and eligible; node db-1 is disconnected", "start the Nomad agent on db-1 (nomad node status 1b2c3d4e), then the same command") },
        "unasked" => Given.Running with { Node = null, Unasked = new("Nomad cannot place pgbackrest/dispatch-1: no node is ready and eligible; node db-1 is down", "start the Nomad agent on db-1 (nomad node status 1b2c3d4e), then the same command") },
        "failed" => Given.With(n => n with { Recovering = null }),
        "restoring" => Given.Restoring("copying", target: "latest", copied: 123_000_000),
        "restoring-held" or "restoring-dead" => Given.Restoring("copying", copied: 123_000_000),
        "restored" => Given.Restoring("restored") with { Node = Given.Restoring("restored").Node! with { Kept = [Given.Kept("20261122-150000", 0)] } },
        "recovering" => Recovering("recovering", seconds: 2),
        "stalled" => Recovering("recovering", seconds: 75),
        "paused" => Paused(staged: true),
        "paused-dead" => Paused(staged: false),
        "online" => Given.With(n => n with
        {
            Restore = Given.Restore("copying", copied: 123_000_000) with { Strategy = RestoreStrategy.Online },
            Progress = new RestoreProgress("", "", "", TimeSpan.FromSeconds(1)),
        }),
        "undoing" => Given.Stopped with
        {
            Node = Given.Stopped.Node! with { Restore = Given.Restore("recovering", "20261121-150000", "end") with { Source = "20261121-150000", Timeline = "current" } },
        },
        "schedules-paused" => Given.With(n => n with { Paused = new(Given.Noon, "ann@desk", "moving the disks") }),
        "no-repository" => Given.With(n => n with { Repository = null }),
        "checked" => Given.With(n => n with
        {
            Repository = Given.Repository with { Repositories = [.. Given.Status(0), new(2, 99, "[PathOpenError] denied", "none", "", "")] },
            Check = new PeriodicCheck(Given.Noon.AddHours(2), "failed", ["repository 2 does not answer: [PathOpenError] denied"]),
        }),
        "dead-repository" => Given.With(n => n with { Repository = null, RepositoryError = "ERROR: [049]: timeout" }),
        _ => Given.With(n => n with
        {
            Kept = [new KeptDirectory("20261121-150000", 800_000_000, Given.Noon.AddDays(-1), "/var/lib/postgresql/15/main.kept-20261121-150000")],
            Repository = Given.Repository with { BackupRunning = true },
        }),
    };

    private static ClusterFacts Paused(bool staged)
    {
        var facts = Recovering("paused", seconds: 600);
        return facts with { Node = facts.Node! with { Staged = staged, Kept = [Given.Kept("20261121-150000", 1)] } };
    }

    private static ClusterFacts Recovering(string phase, int seconds) => Given.Stopped with
    {
        Node = Given.Stopped.Node! with
        {
            Restore = Given.Restore(phase, target: "time", copied: 999_000_000) with { Value = "2026-11-22 14:03:00+00", Timeline = "1", Pause = true },
            Progress = new RestoreProgress("0/5000028", "2026-11-22T14:02:58Z", "0/7000000", TimeSpan.FromSeconds(seconds)),
        },
    };
}

using Runbook.Checks;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Checks;

public class HealthCheckTests
{
    [Fact]
    public void A_healthy_cluster_is_fine_in_every_respect()
    {
        var findings = HealthCheck.Of(GivenHealth.Look());
        findings.Where(f => f.Level != HealthLevel.Ok).Told().ShouldBeEmpty();
        findings.Where(f => f.Next.Length > 0).Told().ShouldBeEmpty("there is nothing to do");
        HealthCheck.Worst(findings).ShouldBe(HealthLevel.Ok);
        findings.Select(f => f.Check).Distinct().ShouldBe(
        [
            "server", "timeline", "checksums", "repository", "encryption", "full-backup", "backup", "archive-lag", "archive-push", "wal-gap",
            "data-room", "repository-room", "kept", "restore", "schedules", "pause", "schedule-run", "periodic-check", "tls",
        ]);
    }

    [Fact]
    public void Of_a_cluster_that_is_not_there_everything_is_missing()
    {
        var findings = HealthCheck.Of(GivenHealth.Look(Given.Absent));
        findings.Where(f => f.Level == HealthLevel.Critical).Select(f => f.Check).ShouldBe(["server", "schedules"]);
        findings[0].Next.ShouldBe("./build.sh Deploy");
    }

    [Fact]
    public void Without_a_repository_that_is_the_one_thing_to_say()
    {
        var look = GivenHealth.Node(n => n with { Repository = null, Repositories = [] }, Given.WithoutBackups);
        HealthCheck.Of(look).Where(f => f.Level != HealthLevel.Ok).Told()
            .ShouldBe("Warning repository: none is configured: there are no backups, and nothing can be restored | set pgbackrest.repositories, then ./build.sh Deploy");
    }

    [Fact]
    public void Where_the_node_was_not_asked_nothing_is_made_up()
    {
        var look = GivenHealth.Look(GivenHealth.Cluster with { Node = null });
        HealthCheck.Of(look).Select(f => f.Check).Distinct().ShouldBe(["server", "encryption", "schedules", "schedule-run", "tls"]);
        look.Now.ShouldBe(GivenHealth.Now);
    }

    [Fact]
    public void Ages_are_told_by_the_clock_of_the_node()
    {
        var look = GivenHealth.Health(h => h with { Now = GivenHealth.Now.AddDays(1) }) with { OperatorNow = GivenHealth.Now.AddYears(5) };
        HealthCheck.Of(look).Single(f => f.Check == "full-backup").Measured.ShouldContain("1 d 2 h old");
    }

    [Fact]
    public void Every_measure_has_one_name_and_one_place()
    {
        var measures = HealthCheck.Of(GivenHealth.Look()).SelectMany(f => f.Measures.Select(m => (m.Metric.Name, f.Repository))).ToList();
        measures.ShouldBeUnique();
        measures.Select(m => m.Name).ShouldContain("full_backup_age_seconds");
    }
}

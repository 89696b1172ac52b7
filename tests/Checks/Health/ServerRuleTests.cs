using Runbook.Checks;
using Runbook.Cluster;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Checks;

public class ServerRuleTests
{
    public static TheoryData<string, ClusterFacts, HealthLevel, string, string> States => new()
    {
        { "running", GivenHealth.Cluster, HealthLevel.Ok, "answers, PostgreSQL 15.18", "" },
        { "in recovery", Changed(n => n with { Recovering = true }), HealthLevel.Warning, "is in recovery, PostgreSQL 15.18: it takes no writes", "./build.sh Logs" },
        { "does not answer", Changed(n => n with { Recovering = null }), HealthLevel.Critical, "should run and does not answer", "./build.sh Logs" },
        { "stopped", Given.Stopped, HealthLevel.Critical, "is stopped", "./build.sh Deploy" },
        { "restored", Given.Restoring("restored"), HealthLevel.Critical, "is stopped", "./build.sh Revert" },
        { "absent", Given.Absent, HealthLevel.Critical, "the cluster is not deployed", "./build.sh Deploy" },
    };

    [Theory, MemberData(nameof(States))]
    public void It_serves_or_it_is_said_what_to_do(string what, ClusterFacts facts, HealthLevel level, string measured, string next)
    {
        var server = ServerRule.Of(GivenHealth.Look(facts)).First();
        (server.Level, server.Measured, server.Next).ShouldBe((level, measured, next), what);
        server.Measures.Single(m => m.Metric == Metrics.ServerUp).Value.ShouldBe(level == HealthLevel.Ok ? 1 : 0);
    }

    [Fact]
    public void The_timeline_is_said() => ServerRule.Of(GivenHealth.Node(n => n with { Timeline = 7 })).Last().Measures.ShouldHaveSingleItem().Value.ShouldBe(7);

    [Theory]
    [InlineData(0L, HealthLevel.Ok, "no page was read with a wrong checksum")]
    [InlineData(1L, HealthLevel.Critical, "1 page was read with a wrong checksum: the disk has changed data")]
    [InlineData(12L, HealthLevel.Critical, "12 pages were read with a wrong checksum: the disk has changed data")]
    [InlineData(null, HealthLevel.Ok, "the cluster has none: nothing tells when the disk changes a page")]
    public void A_page_that_the_disk_has_changed_is_critical(long? failures, HealthLevel level, string measured)
    {
        var finding = ChecksumRule.Of(GivenHealth.Health(h => h with { Server = h.Server! with { ChecksumFailures = failures } })).ShouldHaveSingleItem();
        (finding.Level, finding.Measured).ShouldBe((level, measured));
    }

    [Fact]
    public void A_server_that_does_not_answer_says_nothing_of_its_pages() =>
        ChecksumRule.Of(GivenHealth.Health(h => h with { Server = null })).ShouldBeEmpty();

    private static ClusterFacts Changed(Func<NodeFacts, NodeFacts> change) => GivenHealth.Cluster with { Node = change(GivenHealth.Cluster.Node!) };

    [Fact]
    public void A_node_that_cannot_be_asked_is_named_and_nothing_is_said_of_its_backups()
    {
        var findings = HealthCheck.Of(GivenHealth.Look(GivenHealth.Cluster with { Node = null, Unasked = new("node db-1 is down", "start the agent") }));
        findings.Where(f => f.Check is "server" or "node").Told().ShouldBe(
            "Critical server: is not known to run: node db-1 is down | start the agent\nWarning node: could not be asked: node db-1 is down; backups, WAL and room were not looked at | start the agent");
        findings.ShouldNotContain(f => f.Check.Contains("backup", StringComparison.Ordinal) && f.Level != HealthLevel.Ok);
    }
}

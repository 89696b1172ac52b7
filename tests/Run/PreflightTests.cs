using System.Collections.Immutable;
using Runbook;
using Runbook.Nomad;
using Runbook.Run;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Run;

public class PreflightTests
{
    private static readonly NomadNode Good = new(
        "1", "db-1", "dc1", "ready", Eligible: true, ["exec", "raw_exec"], ["postgres-data", "postgres-socket", "postgres-log", "repository"]);

    public static TheoryData<string, NomadNode[], string, string> Misses => new()
    {
        { "", [], "datacenter dc1 has no node; nodes: none", "set nomad.datacenter" },
        { "", [Good with { Datacenter = "dc2" }], "datacenter dc1 has no node; nodes: db-1", "set nomad.datacenter" },
        { "db-9", [Good], "node db-9 is not in datacenter dc1; nodes: db-1", "nomad.node" },
        { "", [Good with { Status = "down" }, Good with { Name = "db-2", Eligible = false }], "no node takes work: db-1 is down, db-2 is not eligible", "nomad node eligibility -enable" },
        { "", [Good with { HealthyDrivers = ["raw_exec", "docker"] }], "driver exec is not healthy on db-1", "one of docker, raw_exec" },
        { "", [Good with { HostVolumes = ["postgres-data", "repository"] }], "host volumes postgres-socket, postgres-log are not configured on db-1", "host_volume block" },
        { "", [Good with { HostVolumes = Good.HostVolumes.Remove("repository") }], "host volumes repository are not configured on db-1", "host_volume block" },
        { "", [Good, Good with { Name = "db-2" }], "2 nodes could hold the data: db-1, db-2", "set nomad.node" },
    };

    [Theory, MemberData(nameof(Misses))]
    public void The_nearest_miss_is_explained(string node, NomadNode[] nodes, string reason, string next)
    {
        var refused = Should.Throw<RunbookException>(() => Preflight.Fit(Settings(TaskDriver.Exec, node), nodes));
        refused.Code.ShouldBe(ExitCode.Refused);
        refused.Message.ShouldBe(reason);
        refused.Next.ShouldContain(next);
    }

    [Theory]
    [InlineData("ready", true, "it offers not all"), InlineData("down", true, "it is down"), InlineData("ready", false, "it is not eligible"), InlineData("", true, "Nomad has no node db-1 any more")]
    public void The_jobs_do_not_leave_the_data_behind(string status, bool eligible, string why)
    {
        NomadNode[] nodes = status.Length == 0 ? [Good with { Name = "db-2" }] : [Good with { Status = status, Eligible = eligible, HostVolumes = [] }, Good with { Name = "db-2" }];
        var refused = Should.Throw<RunbookException>(() => Preflight.Fit(Settings(TaskDriver.Exec, ""), nodes, "db-1"));
        refused.Code.ShouldBe(ExitCode.Refused);
        refused.Message.ShouldStartWith("the server ran last on db-1, where its data is");
        refused.Message.ShouldContain(why);
        refused.Next.ShouldBe("bring db-1 back; if it is lost for good, set nomad.node to db-2 and restore there from the repository");
    }

    [Fact]
    public void Of_several_nodes_the_one_with_the_data_is_named()
    {
        NomadNode[] nodes = [Good, Good with { Name = "db-2" }];
        Should.Throw<RunbookException>(() => Preflight.Fit(Settings(TaskDriver.Exec, ""), nodes, "db-2")).Next.ShouldBe("set nomad.node to db-2");
        Preflight.Fit(Settings(TaskDriver.Exec, ""), [Good], "db-1").ShouldBe([Good]);
    }

    [Theory]
    [InlineData("", TaskDriver.Exec), InlineData("db-1", TaskDriver.Exec), InlineData("", TaskDriver.RawExec)]
    public void A_node_that_has_everything_fits(string node, TaskDriver driver) =>
        Preflight.Fit(Settings(driver, node), [Good, Good with { Name = "web", HealthyDrivers = [], Status = "ready" }]).ShouldBe([Good]);

    [Fact]
    public void Of_several_nodes_the_named_one_is_taken() =>
        Preflight.Fit(Settings(TaskDriver.Exec, "db-2"), [Good, Good with { Name = "db-2" }]).Single().Name.ShouldBe("db-2");

    [Fact]
    public void Without_volumes_of_its_own_raw_exec_needs_none() =>
        Preflight.Fit(Settings(TaskDriver.RawExec, ""), [Good with { HostVolumes = ImmutableHashSet<string>.Empty }]).Count.ShouldBe(1);

    private static ClusterSettings Settings(TaskDriver driver, string node) => Given.Settings with
    {
        Nomad = new() { Datacenter = "dc1", Node = node, Driver = driver },
        Pgbackrest = Given.Settings.Pgbackrest with { Repositories = [new() { Type = RepositoryType.Posix, Volume = "repository" }] },
    };
}

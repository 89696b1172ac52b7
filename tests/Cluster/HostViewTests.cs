using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Deploy;
using Runbook.Nomad;
using Runbook.Settings;
using Runbook.Status;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

public class HostViewTests
{
    private static readonly NomadNode Node = NomadJson.Node(
        """
        {"ID":"n","Name":"db-1","HostVolumes":{"postgres-data":{"Name":"postgres-data","Path":"/srv/data"},"postgres-socket":{"Name":"postgres-socket","Path":"/run/pg"}}}
        """);

    [Theory]
    [InlineData(TaskDriver.Exec, "/srv/data/15/main", "host=/run/pg port=5432 user=postgres dbname=postgres", "/srv/data/15/main.kept-r0")]
    [InlineData(TaskDriver.RawExec, "/var/lib/postgresql/15/main", "host=/var/run/postgresql port=5432 user=postgres dbname=postgres", "/var/lib/postgresql/15/main.kept-r0")]
    public void Who_logs_in_to_the_host_finds_what_Status_says(TaskDriver driver, string data, string connection, string kept)
    {
        var settings = Of(driver);
        var facts = Given.With(n => HostView.Of(settings, n with { Kept = [new KeptDirectory("r0", 1, Given.Noon, "/var/lib/postgresql/15/main.kept-r0")] }, Node));
        var status = StatusReport.Document(settings, new("production"), facts, holder: null, HostView.Of(settings, Node));
        (status.Data, status.Connection, status.Kept[0].Path).ShouldBe((data, connection, kept));
    }

    [Fact]
    public void What_is_to_be_typed_on_the_host_names_its_folders()
    {
        var facts = Given.Node with { Foreign = new("process 7", "remove /var/lib/postgresql/15/main/postmaster.pid") };
        var there = HostView.Of(Of(TaskDriver.Exec), facts, Node);
        (there.DataDirectory, there.Foreign!.WayOut).ShouldBe(("/srv/data/15/main", "remove /srv/data/15/main/postmaster.pid"));
        HostView.Of(Of(TaskDriver.RawExec), facts, Node).Foreign.ShouldBe(facts.Foreign);
    }

    [Fact]
    public void What_stays_is_said_to_lie_where_the_host_has_it()
    {
        var facts = Given.With(n => HostView.Of(Of(TaskDriver.Exec), n, Node));
        HaltPlanner.Destroy(Of(TaskDriver.Exec), facts).Notes[0].ShouldEndWith(": /srv/data/15/main");
        HaltPlanner.Stop(Of(TaskDriver.Exec), facts).Notes[0].ShouldStartWith("data stays in /srv/data/15/main;");
    }

    [Fact]
    public void Where_the_node_is_not_known_the_paths_stay() => HostView.Of(Of(TaskDriver.Exec), null).ShouldBe(Of(TaskDriver.Exec));

    [Theory]
    [InlineData("/srv/data/15/main", "15/main has the data directory of this cluster"), InlineData("/var/lib/postgresql/15/main", "15/main on port 5433: not in the way")]
    public void Doctor_knows_Debians_cluster_by_its_place_on_the_host(string directory, string found)
    {
        var host = new HostFacts("Debian", "UTC", "masked", Given.Noon) { Clusters = [new DebianCluster("15/main", 5433, "auto", false, directory)] };
        var facts = new DoctorFacts
        {
            Machine = new MachineFacts(new Version(10, 0), Answer.Of(new Version(2, 0, 5)), 1),
            Nodes = Answer.Of<System.Collections.Immutable.ImmutableArray<NomadNode>>([Node]),
            Host = Answer.Of(Given.Running with { Node = Given.Node with { Host = host } }),
        };
        DebianRule.Of(new DoctorLook(Of(TaskDriver.Exec), facts)).First().Found.ShouldStartWith(found);
    }

    private static ClusterSettings Of(TaskDriver driver) => Given.Settings with { Nomad = Given.Settings.Nomad with { Driver = driver } };
}

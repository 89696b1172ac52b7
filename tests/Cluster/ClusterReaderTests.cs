using Microsoft.Extensions.Time.Testing;
using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Settings;
using Shouldly;
using Tests.Nomad;
using Xunit;

namespace Tests.Cluster;

public class ClusterReaderTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeNomad _nomad = new();

    [Theory]
    [InlineData("postgres", "nomad alloc exec -i=true -t=false -task postgres")]
    [InlineData(Given.RestoreChild, "nomad alloc exec -i=true -t=false -task restore")]
    public async Task The_node_is_asked_beside_whatever_of_ours_runs(string job, string asked)
    {
        _nomad.Set(Given.Allocation(job, "running"));
        _nomad.OnExec = _ => (0, "fact node db-1\n", "");

        var facts = await ReadAsync();

        facts.Node!.Node.ShouldBe("db-1");
        _nomad.Asked.ShouldContain(a => a.StartsWith(asked));
        _nomad.Asked.ShouldNotContain(a => a.Contains("dispatch -detach"));
    }

    [Fact]
    public async Task The_server_is_asked_first()
    {
        _nomad.Set(Given.Allocation(Given.RestoreChild, "running"));
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.OnExec = _ => (0, "fact node db-1\n", "");
        await ReadAsync();
        _nomad.Asked.ShouldContain(a => a.Contains("-task postgres"));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_task_that_gives_no_answer_leaves_it_to_a_job(bool exec)
    {
        _nomad.Has("pgbackrest", new Dictionary<string, string>());
        if (exec)
            _nomad.Set(Given.Allocation(Given.RestoreChild, "running"));
        _nomad.Set(Given.Allocation("pgbackrest/dispatch-1", "complete", Given.Ended(0)));
        _nomad.OnExec = _ => (1, "", "No such allocation");
        _nomad.Logs[false] = "fact node host-of-db-1\nfact postgres.version 15.2\n";
        var node = (await ReadAsync()).Node!;
        (node.Node, node.PostgresVersion).ShouldBe(("db-1", "15.2"), "the node has the name that Nomad has for it");
    }

    // Nomad picks a node where several offer the volumes.
    [Theory]
    [InlineData("db-2", false), InlineData("db-2", true), InlineData("db-1", false)]
    public async Task Another_node_than_the_one_of_the_data_is_not_taken_for_it(string ran, bool named)
    {
        _nomad.Has("pgbackrest", new Dictionary<string, string>());
        _nomad.Set(Given.Allocation("postgres", "complete") with { NodeName = ran });
        _nomad.Set(Given.Allocation("pgbackrest/dispatch-1", "complete", Given.Ended(0)));
        _nomad.Logs[false] = "fact node db-1\n";
        var reader = ReaderOf(Given.Settings with { Nomad = Given.Settings.Nomad with { Node = named ? "db-1" : "" } });
        var reading = _time.PassAsync(reader.ReadAsync(TestContext.Current.CancellationToken));
        if (ran == "db-1" || named)
        {
            (await reading).Node!.Node.ShouldBe("db-1");
            return;
        }
        var error = await Should.ThrowAsync<UnplacedException>(reading);
        error.Message.ShouldBe("node db-1 answered, but the server ran last on db-2, where its data is");
        error.Next.ShouldBe("set nomad.node to db-2; if that node is lost for good, to db-1");
        (await _time.PassAsync(reader.LookAsync(TestContext.Current.CancellationToken))).Unasked!.Reason.ShouldBe(error.Message);
    }

    // The agent of the node was lost while Nomad still took it for ready.
    [Fact]
    public async Task Who_only_looks_is_shown_what_Nomad_knows_where_the_node_is_away()
    {
        _nomad.Has("pgbackrest", new Dictionary<string, string>());
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.Set(Given.Allocation("pgbackrest/dispatch-1", "lost"));
        _nomad.OnExec = _ => (1, "", "No path to node");
        await Should.ThrowAsync<UnplacedException>(ReadAsync());
        var facts = await _time.PassAsync(Reader.LookAsync(TestContext.Current.CancellationToken));
        facts.Node.ShouldBeNull();
        facts.Unasked!.Reason.ShouldBe("node db-1 was lost while it was asked");
        facts.Unasked.Next.ShouldContain("nomad node status");
        facts.Server.ShouldNotBeNull();
    }

    private ClusterReader Reader => ReaderOf(Given.Settings);

    private ClusterReader ReaderOf(ClusterSettings settings) =>
        new(settings, _nomad.Client, new NodeChannel(settings, "# scripts", _nomad.Client, new Dispatcher(_nomad.Client, _time)));

    private Task<ClusterFacts> ReadAsync() => _time.PassAsync(Reader.ReadAsync(TestContext.Current.CancellationToken));
}

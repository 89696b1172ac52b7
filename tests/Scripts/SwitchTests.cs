using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>An online restore: the server's own task swaps between two servers.</summary>
public sealed class SwitchTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("latest", ""), InlineData("xid", "2")]
    public void The_copy_is_made_ready_while_the_live_directory_stays(string target, string timeline)
    {
        _node.HasCluster();
        var said = _node.RestoreOf("r1", "set", target, ("strategy", "online"), ("value", "737"), ("timeline", "1"));
        said.Code.ShouldBe(0, said.Error);
        _node.Restore()["phase"].ShouldBe("ready");
        _node.Rows(_node.Data).ShouldBe("live rows");
        _node.Restore().GetValueOrDefault("reachedtimeline", "").ShouldBe(timeline);
        // The server is not held off by it, nor by any earlier phase.
        _node.Run("serve.sh", []).Code.ShouldBe(0);
        _node.Rows(_node.Data).ShouldBe("live rows");
    }

    [Fact]
    public void The_second_server_starts_on_the_copy_in_the_same_task()
    {
        Ready();
        _node.SetFake("switch", "");
        _node.Run("serve.sh", []).Code.ShouldBe(0);
        Switched();
        _node.Fake("started").ShouldBe($"{_node.Data}\n{_node.Data}\n");
    }

    [Fact]
    public void Killed_at_any_rename_the_switch_goes_on_with_the_next_start() => Killed(every: 2);

    [Fact, Thorough]
    public void Killed_before_each_rename_the_switch_goes_on_with_the_next_start() => Killed(every: 1);

    private static void Killed(int every) => KillSweep.Of(every, 5, ReadyToSwitch, node => node.Run("serve.sh", []), node =>
    {
        var again = node.Run("serve.sh", []);
        again.Code.ShouldBe(0, again.Error);
        Switched(node);
    });

    private static void ReadyToSwitch(Node node)
    {
        Ready(node);
        node.SetFake("switch", "");
    }

    // A cluster that somebody has restored by hand, without us.
    [Fact]
    public void A_recovery_that_is_not_ours_is_left_to_its_own_settings()
    {
        _node.HasCluster();
        File.WriteAllText(Path.Combine(_node.Data, "recovery.signal"), "");
        _node.Run("serve.sh", []).Code.ShouldBe(0);
        _node.Fake("targets").ShouldBeEmpty();
    }

    private void Ready() => Ready(_node);

    private static void Ready(Node node)
    {
        node.HasCluster();
        node.RestoreOf("r1", "set", "latest", ("strategy", "online"), ("timeline", "1")).Code.ShouldBe(0);
    }

    private void Switched() => Switched(_node);

    private static void Switched(Node node)
    {
        node.Rows(node.Data).ShouldBe("rows of set");
        node.Rows(node.Data + ".kept-r1").ShouldBe("live rows");
        node.Restore()["phase"].ShouldBe("started");
        // What is left to replay is ended by recovery, not awaited for ever.
        File.Exists(Path.Combine(node.Data, "recovery.signal")).ShouldBeTrue();
        File.Exists(Path.Combine(node.State, "restores", "r1")).ShouldBeTrue();
    }
}

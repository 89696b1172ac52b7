using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>A restore behind the back of a server that serves: the downtime is that of a swap, and no acknowledged row is lost.</summary>
public sealed class OnlineTests(OracleCluster cluster) : IClassFixture<OracleCluster>
{
    // Measured by the client that writes all the time.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private Checkout Checkout => cluster.Checkout;

    [Fact, Thorough]
    public async Task To_the_end_of_everything_without_losing_a_row()
    {
        await using var oracle = await cluster.Watch();
        await oracle.MoreAsync();
        await Online(oracle, RecoveryPoint.Latest);
        // A second time, over the timeline that the first one made.
        await Online(oracle, RecoveryPoint.Latest.With("--backup-set", "latest"));
    }

    [Fact, Thorough]
    public async Task Looked_at_while_the_server_serves()
    {
        await using var oracle = await cluster.Watch();
        var row = await oracle.MoreAsync();
        await oracle.MoreAsync();
        var since = oracle.Timeline;
        var begun = oracle.Acknowledged;
        var point = RecoveryPoint.Xid(row);
        await Checkout.Run(0, ["Restore", "--online", "--pause", .. point.Words]);
        (await Checkout.Status()).GetProperty("restore").GetProperty("phase").GetString().ShouldBe("paused");
        await oracle.MoreAsync();
        oracle.Timeline.ShouldBe(since);
        await Checkout.Run(0, "Accept");
        await Served(oracle, point, since, begun);
    }

    // Whatever happens before the switch, the server does not notice.
    [Fact, Thorough]
    public async Task Killed_before_the_switch_nobody_was_disturbed()
    {
        await using var oracle = await cluster.Watch();
        var row = await oracle.MoreAsync();
        await oracle.MoreAsync();
        var (since, begun, server) = (oracle.Timeline, oracle.Acknowledged, Checkout.ServerProcess);
        var point = RecoveryPoint.Time(row);
        string[] command = ["Restore", "Revert", "--online", .. point.Words];
        cluster.Gate.Freeze("restore", 300);
        using (var run = Checkout.Start(command))
        {
            await cluster.Gate.Reached(run);
            run.Signal(Processes.Kill);
            await run.End();
            await cluster.Gate.Kill();
        }
        await oracle.MoreAsync();
        Checkout.ServerProcess.ShouldBe(server);
        oracle.LongestGap(begun).ShouldBeLessThan(Longest);
        await Checkout.Run(0, "Undo");
        Checkout.ServerProcess.ShouldBe(server);
        await oracle.CheckAsync();
        (await Checkout.Status()).GetProperty("restore").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);

        await Checkout.Run(0, command);
        await Served(oracle, point, since, begun);
    }

    private async Task Online(Oracle oracle, RecoveryPoint point)
    {
        var since = oracle.Timeline;
        var begun = oracle.Acknowledged;
        await Checkout.Run(0, ["Restore", "Revert", "--online", .. point.Words]);
        await Served(oracle, point, since, begun);
    }

    private async Task Served(Oracle oracle, RecoveryPoint point, uint since, int begun)
    {
        await oracle.MoreAsync();
        await oracle.CheckAsync(point, since);
        oracle.Timeline.ShouldBeGreaterThan(since);
        oracle.LongestGap(begun).ShouldBeLessThan(Longest);
        (await Checkout.Status()).GetProperty("state").GetString().ShouldBe("running");
    }
}

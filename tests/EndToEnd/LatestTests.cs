using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary><c>--recovery-target latest</c>: what was committed is there again, wherever its WAL was left.</summary>
public sealed class LatestTests(Cluster cluster) : IClassFixture<Cluster>
{
    private Checkout Checkout => cluster.Checkout;

    // One story: each restore begins on the timeline that the one before it made.
    [Fact]
    public async Task Committed_rows_come_back_from_the_archive_from_the_last_segment_and_after_a_crash()
    {
        await cluster.Ready();
        await cluster.Write("in-set");
        await cluster.Backup("incr");
        await cluster.Write("archived");
        await Checkout.Sql("select pg_switch_wal()");
        await cluster.Write("not-switched");
        await Latest();
        (await cluster.Read()).ShouldBe("archived in-set not-switched");

        // On timeline 2 now, whose archive begins with a backup of its own; and the server dies without a word.
        await cluster.Write("second-timeline");
        Crash();
        await Checkout.Run(0, "Stop");
        await Latest();
        (await cluster.Read()).ShouldBe("archived in-set not-switched second-timeline");
        (await Checkout.Status()).GetProperty("postgres").GetProperty("timeline").GetInt32().ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task An_older_set_is_replayed_over_the_timelines_that_came_after_it()
    {
        await cluster.Ready();
        await cluster.Write("old");
        var old = await cluster.Backup("full");
        await cluster.Write("newer");
        await Latest();
        await cluster.Write("newest");
        await Checkout.Run(0, "Restore", "Revert", "--backup-set", old.Label, "--recovery-target", "latest");
        (await cluster.Read()).ShouldBe("newer newest old");
    }

    private Task Latest() => Checkout.Run(0, "Restore", "Revert", "--backup-set", "latest", "--recovery-target", "latest");

    private void Crash()
    {
        // The server's whole family at once, as when a machine loses its power; Nomad starts it again.
        Processes.Signal(Checkout.ServerProcess, Processes.Kill);
    }
}

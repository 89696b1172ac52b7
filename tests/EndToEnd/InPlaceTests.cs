using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>The live directory itself made into the copy, for who has no room: it says what that means, and asks.</summary>
public sealed class InPlaceTests(OracleCluster cluster) : IClassFixture<OracleCluster>
{
    private Checkout Checkout => cluster.Checkout;

    [Fact, Thorough]
    public async Task Asked_for_killed_and_gone_on_with()
    {
        await using var oracle = await cluster.Watch();
        var row = await oracle.MoreAsync();
        await oracle.MoreAsync();
        var since = oracle.Timeline;
        var kept = await cluster.Kept();
        var point = RecoveryPoint.Xid(row);
        string[] command = ["Restore", "Revert", "--in-place", .. point.Words];

        var asked = await Checkout.Run(3, command);
        asked.Error.ShouldContain("--yes");
        asked.All.ShouldContain("cannot be undone");
        await oracle.MoreAsync();
        await oracle.CheckAsync();

        oracle.Hold();
        cluster.Gate.Hold("restore");
        using (var run = Checkout.Start([.. command, "--yes"]))
        {
            await cluster.Gate.Reached(run);
            run.Signal(Processes.Kill);
            await run.End();
            await cluster.Gate.Kill();
        }
        (await Checkout.Status()).GetProperty("state").GetString().ShouldBe("restoring");
        var undo = await Checkout.Run(3, "Undo");
        undo.Error.ShouldContain("next:  ./build.sh Restore");

        await Checkout.Run(0, [.. command, "--yes"]);
        await oracle.CheckAsync(point, since);
        oracle.Go();
        await oracle.MoreAsync();
        (await cluster.Kept()).ShouldBe(kept);
        Directory.GetDirectories(Checkout.DataFolder, "*.restore-*").ShouldBeEmpty();
        (await Checkout.Status()).GetProperty("state").GetString().ShouldBe("running");
    }
}

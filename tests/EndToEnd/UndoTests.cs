using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>The way back: what was there before a restore is there again, and goes on in a timeline of its own.</summary>
public sealed class UndoTests(OracleCluster cluster) : IClassFixture<OracleCluster>
{
    private Checkout Checkout => cluster.Checkout;

    // One story: each way back begins on what the one before it left.
    [Fact, Thorough]
    public async Task After_Revert_undone_again_and_the_timeline_that_was_left_is_no_trap()
    {
        await using var oracle = await cluster.Watch();
        var (label, stop) = await cluster.FullBackup();
        await oracle.MoreAsync();
        var before = await cluster.RestoreTo(oracle, RecoveryPoint.EndOf(label, stop));
        var kept = (await cluster.Kept())[^1];

        // All that was there before the restore, and nothing that was written since.
        var restored = await Undone(oracle, before);
        var status = await Checkout.Status();
        status.GetProperty("postgres").GetProperty("timeline").GetUInt32().ShouldBeGreaterThan(2u);
        Checkout.Sets[^1].Type.ShouldBe("incr");
        (await cluster.Kept()).ShouldNotContain(kept, "it serves again");

        // 'latest' follows the line that serves, not the one that was left for it.
        await cluster.RestoreTo(oracle, RecoveryPoint.Latest.With("--backup-set", "latest"));

        // Undo twice, and by id: what the first one set aside.
        var second = (await cluster.Kept())[^2];
        await Undone(oracle, restored, "--id", second);
    }

    [Fact, Thorough]
    public async Task Before_Revert_and_what_was_kept_is_discarded()
    {
        await using var oracle = await cluster.Watch();
        await oracle.MoreAsync();
        var kept = await cluster.Kept();
        var since = oracle.Timeline;
        oracle.Hold();

        await Checkout.Run(0, "Restore", "--backup-set", "latest");
        await Checkout.Run(0, "Undo");
        await oracle.CheckAsync(RecoveryPoint.Latest, since);
        oracle.Go();
        await oracle.MoreAsync();
        await oracle.CheckAsync();

        // Nothing is under way: what is undone now is the restore that was kept last, and it has to be there.
        (await Checkout.Run(3, "Undo", "--id", "nope")).Error.ShouldContain("state: nothing was changed");
        await Discarded(kept);
    }

    [Fact, Thorough]
    public async Task Of_a_restore_that_was_interrupted()
    {
        await using var oracle = await cluster.Watch();
        await oracle.MoreAsync();
        foreach (var hold in new Action[] { () => cluster.Gate.Freeze("restore", 300), cluster.Gate.HoldSwap })
        {
            var left = (await cluster.Kept()).Length;
            oracle.Hold();
            hold();
            using (var run = Checkout.Start("Restore", "--backup-set", "latest"))
            {
                await cluster.Gate.Reached(run);
                run.Signal(Processes.Kill);
                await run.End();
                await cluster.Gate.Kill();
            }
            await Checkout.Run(0, "Undo");
            var status = await Checkout.Status();
            status.GetProperty("state").GetString().ShouldBe("running");
            status.GetProperty("restore").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
            await oracle.CheckAsync();
            (await cluster.Kept()).Length.ShouldBe(left);
            Directory.GetDirectories(Checkout.DataFolder, "*.restore-*").ShouldBeEmpty();
            oracle.Go();
            await oracle.MoreAsync();
        }
    }

    /// <summary>Kept directories go by id, one or all, and only when that was said.</summary>
    private async Task Discarded(string[] before)
    {
        var ids = await cluster.Kept();
        ids.Length.ShouldBeGreaterThan(before.Length);
        var text = (await Checkout.Run(0, "Status")).Out;
        foreach (var id in ids)
            text.ShouldContain(id);
        (await Checkout.Run(3, "Discard", "--id", ids[0])).Error.ShouldContain("--yes");
        (await Checkout.Run(3, "Discard", "--id", "nope", "--yes")).Error.ShouldContain("nope");
        (await cluster.Kept()).ShouldBe(ids);
        await Checkout.Run(0, "Discard", "--id", ids[0], "--yes");
        (await cluster.Kept()).ShouldBe(ids[1..]);
        await Checkout.Run(0, "Discard", "--id", "all", "--yes");
        (await cluster.Kept()).ShouldBeEmpty();
        Directory.GetDirectories(Checkout.DataFolder, "*.kept-*").ShouldBeEmpty();
        (await Checkout.Run(0, "Undo")).Out.ShouldContain("nothing was changed");
    }

    private async Task<Line> Undone(Oracle oracle, Line line, params string[] words)
    {
        var since = oracle.Timeline;
        oracle.Hold();
        await Checkout.Run(0, ["Undo", .. words]);
        var replaced = await oracle.CheckAsync(RecoveryPoint.Latest, since, line);
        oracle.Go();
        await oracle.MoreAsync();
        oracle.Timeline.ShouldBeGreaterThan(since);
        return replaced;
    }
}

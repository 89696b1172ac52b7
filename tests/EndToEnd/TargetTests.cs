using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Each kind of target, while a client writes: all that was acknowledged before the point is there, and nothing behind it.</summary>
public sealed class TargetTests(OracleCluster cluster) : IClassFixture<OracleCluster>
{
    private Checkout Checkout => cluster.Checkout;

    // Each restore begins on the timeline that the one before it made, so that the choice of the set has to tell them apart.
    [Fact, Thorough]
    public async Task Rows_up_to_a_time_and_a_name_and_none_behind()
    {
        await using var oracle = await cluster.Watch();
        var (first, _) = await cluster.FullBackup();
        var fork = oracle.Timeline;
        await oracle.MoreAsync();
        var time = await oracle.MoreAsync();
        await oracle.MoreAsync();
        // The line that ends here is left at `time`; a later round comes back to what was written behind that.
        var left = await cluster.RestoreTo(oracle, RecoveryPoint.Time(time));

        var marked = await oracle.MarkAsync("before-the-night");
        await oracle.MoreAsync();
        await cluster.RestoreTo(oracle, RecoveryPoint.Name("before-the-night", marked));

        // A timeline that was left: its rows are still in the archive. The last but one, or no commit would come behind it.
        var since = oracle.Timeline;
        var behind = left.Rows.Where(r => r.Committed is not null).ToList()[^2];
        behind.Number.ShouldBeGreaterThan(time.Number);
        // Without it, recovery along the own timeline would end well, without that row.
        var refused = await Checkout.Run(3, ["Restore", .. RecoveryPoint.Time(behind).Words]);
        refused.Error.ShouldContain($"timeline {fork} served");
        refused.Error.ShouldContain($"--target-timeline {fork}");
        refused.Error.ShouldContain($"--target-timeline {since}");
        refused.Error.ShouldContain("state: nothing was changed");
        var back = RecoveryPoint.Time(behind).With("--target-timeline", $"{fork}", "--backup-set", first);
        oracle.Hold();
        await Checkout.Run(0, ["Restore", "Revert", .. back.Words]);
        await oracle.CheckAsync(back, since, left);
        oracle.Go();
        await oracle.MoreAsync();
    }

    [Fact, Thorough]
    public async Task Rows_up_to_a_position_and_a_transaction_and_none_behind()
    {
        await using var oracle = await cluster.Watch();
        await cluster.FullBackup();
        var position = await oracle.MoreAsync();
        await oracle.MoreAsync();
        await cluster.RestoreTo(oracle, RecoveryPoint.Lsn(position));

        var transaction = await oracle.MoreAsync();
        await oracle.MoreAsync();
        await cluster.RestoreTo(oracle, RecoveryPoint.Xid(transaction));
    }

    [Fact, Thorough]
    public async Task Exclusive_points_the_end_of_a_set_and_the_end_of_everything()
    {
        await using var oracle = await cluster.Watch();
        var time = await oracle.MoreAsync();
        await oracle.MoreAsync();
        await cluster.RestoreTo(oracle, RecoveryPoint.Time(time, exclusive: true));

        var transaction = await oracle.MoreAsync();
        await oracle.MoreAsync();
        await cluster.RestoreTo(oracle, RecoveryPoint.Xid(transaction, exclusive: true));

        var (label, stop) = await cluster.FullBackup();
        await oracle.MoreAsync();
        await cluster.RestoreTo(oracle, RecoveryPoint.EndOf(label, stop));

        // From a set of a timeline before, over the fork; and the server dies without a word first.
        Processes.Signal(Checkout.ServerProcess, Processes.Kill);
        await cluster.RestoreTo(oracle, RecoveryPoint.Latest.With("--backup-set", label));
    }

    // What cannot be reached is refused while the cluster serves, with the window that can be.
    [Fact, Thorough]
    public async Task A_point_out_of_the_window_is_refused_with_what_is_possible()
    {
        await using var oracle = await cluster.Watch();
        var before = await cluster.Unchanged();
        foreach (var (words, code) in new (string[], int)[]
        {
            (["--target-time", "2001-01-01T00:00Z"], 3),
            (["--target-time", $"{DateTime.UtcNow.AddHours(1):yyyy-MM-dd'T'HH:mm:ss}Z"], 3),
            (["--target-lsn", "0/1"], 3),
            (["--target-lsn", "FFFF/0"], 3),
            (["--target-time", "2026-11-22 14:03:00"], 2),
            (["--target-time", "yesterday"], 2),
            (["--target-lsn", "nonsense"], 2),
            (["--target-time", "2001-01-01T00:00Z", "--target-lsn", "0/1"], 2),
            (["--recovery-target", "immediate", "--target-timeline", "1", "--backup-set", "latest"], 2),
            (["--target-name", "x", "--target-exclusive"], 2),
            (["--online", "--in-place", "--recovery-target", "latest"], 2),
            (["--in-place", "--pause", "--recovery-target", "latest"], 2),
            ([], 2),
        })
        {
            var refused = await Checkout.Run(code, ["Restore", .. words]);
            if (code == 3)
            {
                refused.Error.ShouldContain("state: nothing was changed");
                refused.Error.ShouldContain("next:  ");
            }
        }
        await oracle.CheckAsync();
        (await cluster.Unchanged()).ShouldBe(before);
    }
}

using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>A look before the new cluster is accepted: read-only, for the operator alone, and nothing is lost by it.</summary>
public sealed class PauseTests(OracleCluster cluster) : IClassFixture<OracleCluster>
{
    private Checkout Checkout => cluster.Checkout;

    [Fact, Thorough]
    public async Task Looked_at_earlier_and_later_and_then_accepted()
    {
        await using var oracle = await cluster.Watch();
        var early = await oracle.MoreAsync();
        var middle = await oracle.MoreAsync();
        var late = await oracle.MoreAsync();
        await oracle.MoreAsync();
        var since = oracle.Timeline;
        oracle.Hold();

        var first = await Paused(middle);
        // Nobody but the operator: clients find no server, and who looks cannot write.
        (await Checkout.TrySql("select 1")).ExitCode.ShouldNotBe(0);
        (await Checkout.Run(1, "Psql", "--command", "create table not_here (n int)")).Error.ShouldContain("read-only");
        (await Checkout.Run("Backup")).ExitCode.ShouldBe(3);
        (await Checkout.Run("Deploy")).ExitCode.ShouldBe(3);

        // A later point is reached from where it stands; for an earlier one it starts over.
        (await Paused(late)).ShouldBe(first);
        (await Paused(early)).ShouldNotBe(first);

        await Checkout.Run(0, "Accept");
        await Serves();
        await oracle.CheckAsync(RecoveryPoint.Time(early), since);
        oracle.Go();
        await oracle.MoreAsync();
    }

    [Fact, Thorough]
    public async Task Looked_at_killed_looked_at_again_and_given_up()
    {
        await using var oracle = await cluster.Watch();
        var row = await oracle.MoreAsync();
        await oracle.MoreAsync();
        oracle.Hold();
        var before = await cluster.Kept();
        var id = await Paused(row);
        await cluster.Gate.Kill();
        (await Paused(row)).ShouldBe(id);

        await Checkout.Run(0, "Undo");
        await Serves();
        await oracle.CheckAsync();
        (await cluster.Kept()).ShouldBe(before);
        Directory.GetDirectories(Checkout.DataFolder, "*.restore-*").ShouldBeEmpty();
        oracle.Go();
        await oracle.MoreAsync();
    }

    /// <summary>Restores to a row and looks; the id of the restore that stands there.</summary>
    private async Task<string> Paused(OracleRow at)
    {
        var run = await Checkout.Run(0, ["Restore", "--pause", .. RecoveryPoint.Time(at).Words]);
        run.Out.ShouldContain("./build.sh Accept");
        var status = await Checkout.Status();
        status.GetProperty("restore").GetProperty("phase").GetString().ShouldBe("paused");
        (await Checkout.Run(0, "Status")).Out.ShouldContain("./build.sh Accept");
        (await Checkout.Run(0, "Psql", "--command", "select max(n) || ' ' || pg_is_in_recovery() from oracle")).Out.ShouldContain($"{at.Number} true");
        return status.GetProperty("restore").GetProperty("id").GetString()!;
    }

    private async Task Serves()
    {
        var status = await Checkout.Status();
        status.GetProperty("state").GetString().ShouldBe("running");
        status.GetProperty("restore").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        status.GetProperty("jobs").EnumerateArray().Single(j => j.GetProperty("name").GetString() == "pgbackrest-full").GetProperty("status").GetString().ShouldBe("running");
    }
}

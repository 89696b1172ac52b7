using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>The oracle itself: it must notice, or nothing that it says is worth anything.</summary>
public sealed class OracleTests(OracleCluster cluster) : IClassFixture<OracleCluster>
{
    private Checkout Checkout => cluster.Checkout;

    [Fact]
    public async Task It_notices_a_row_that_is_gone_and_one_that_should_not_be_there()
    {
        await using var oracle = await cluster.Watch();
        var gone = await oracle.MoreAsync();
        await oracle.MoreAsync();
        await oracle.CheckAsync();

        await Checkout.Sql($"delete from oracle where n = {gone.Number}");
        (await Said(() => oracle.CheckAsync())).ShouldContain($"missing: row {gone.Number} ");
        await Checkout.Sql($"insert into oracle values ({gone.Number})");
        await oracle.CheckAsync();
        await Checkout.Sql("insert into oracle values (-1)");
        (await Said(() => oracle.CheckAsync())).ShouldContain("of another line: row -1");
        await Checkout.Sql("delete from oracle where n < 0");

        // Against a point that was not restored to, all rows behind it are too many: to the row for a commit of its own.
        foreach (var (point, first) in new[]
        {
            (RecoveryPoint.Time(gone), gone.Number + 1), (RecoveryPoint.Time(gone, exclusive: true), gone.Number),
            (RecoveryPoint.Xid(gone), gone.Number + 1), (RecoveryPoint.Xid(gone, exclusive: true), gone.Number),
            (RecoveryPoint.Lsn(gone), gone.Number + 1), (RecoveryPoint.Name("mark", gone), gone.Number + 1),
        })
        {
            (await Said(() => oracle.CheckAsync(point, oracle.Timeline)))
                .ShouldContain($"the first: too many: row {first} ", Case.Sensitive, point.ToString());
        }
    }

    [Fact]
    public async Task It_outlives_a_server_and_loses_no_row_that_was_acknowledged()
    {
        await using var oracle = await cluster.Watch();
        await oracle.MoreAsync();
        var measured = oracle.Acknowledged;
        var server = Checkout.ServerProcess;
        Processes.Signal(server, Processes.Kill);
        await oracle.MoreAsync();
        await oracle.CheckAsync();
        Checkout.ServerProcess.ShouldNotBe(server);
        oracle.LongestGap(measured).ShouldBeGreaterThan(oracle.LongestGap(oracle.Acknowledged - 5));
    }

    private static async Task<string> Said(Func<Task> check) => (await Record.ExceptionAsync(check)).ShouldBeOfType<ShouldAssertException>().Message;
}

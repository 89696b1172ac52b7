using Shouldly;
using Xunit;

namespace Tests.EndToEnd.S3;

/// <summary>The storage is away while a client writes: archiving catches up, nothing is lost, and <c>Check</c> says so meanwhile.</summary>
public sealed class OutageTests(S3Server server)
{
    private const int Healthy = 0;

    [Fact, Thorough]
    public Task Of_half_a_minute() => Outage(TimeSpan.FromSeconds(30), rowsPerSegment: 10);

    // At length: ./build.sh OutageTest
    [Fact(Explicit = true)]
    public Task Of_minutes() => Outage(TimeSpan.FromMinutes(Prove.Runs(5)), rowsPerSegment: 40);

    private async Task Outage(TimeSpan length, int rowsPerSegment)
    {
        await using var checkout = new Checkout();
        await using var gateway = await server.StartGatewayAsync();
        (await gateway.CreateBucketAsync()).BecomesRepositoryOf(checkout);
        // The oracle asks for the times of its commits.
        checkout.Configure(p => p["postgres"]!["settings"]!["track_commit_timestamp"] = "on");
        await checkout.Run(0, "Deploy");
        await using var oracle = await Oracle.StartAsync(checkout);
        await oracle.MoreAsync();
        (await checkout.Run("Check")).ExitCode.ShouldBe(Healthy);

        await gateway.StopAsync();
        var end = DateTimeOffset.UtcNow + length;
        while (DateTimeOffset.UtcNow < end)
        {
            await checkout.Sql("create table if not exists load (filler text); insert into load select repeat('x', 1000) from generate_series(1, 2000); select pg_switch_wal()");
            await oracle.MoreAsync(rowsPerSegment);
        }
        var waiting = await Waiting(checkout);
        waiting.ShouldBeGreaterThan(3);
        var alarm = await checkout.Run("Check");
        alarm.ExitCode.ShouldBeOneOf(1, 5);
        alarm.Out.ShouldContain("archiv");
        Console.WriteLine($"after {length.TotalSeconds:0} s without the storage {waiting} segments wait; Check ended with {alarm.ExitCode}:\n{alarm.Out}");

        var served = oracle.Acknowledged;
        await gateway.StartAsync();
        await Wait.Until("all archived", async () => await Waiting(checkout) == 0, seconds: 120);
        await oracle.MoreAsync();
        oracle.LongestGap(0).ShouldBeLessThan(TimeSpan.FromSeconds(10), "nobody who writes noticed the outage");
        oracle.Acknowledged.ShouldBeGreaterThan(served);
        var healthy = await checkout.Run("Check");
        healthy.ExitCode.ShouldBe(Healthy, healthy.ToString());

        var since = oracle.Timeline;
        oracle.Hold();
        await checkout.Run(0, ["Restore", "Revert", .. RecoveryPoint.Latest.Words]);
        await oracle.CheckAsync(RecoveryPoint.Latest, since);
    }

    private static async Task<int> Waiting(Checkout checkout) =>
        int.Parse(await checkout.Sql("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'"));
}

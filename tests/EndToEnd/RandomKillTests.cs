using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>SIGKILL at a random moment, as often as one likes: <c>./build.sh KillTest</c>.</summary>
public sealed class RandomKillTests
{
    // Each run leaves a backup and a timeline, and each restore reads them all.
    private const int RunsOfACluster = 25;

    [Fact, Thorough]
    public Task A_few_strikes() => Strike(1, [20261]);

    [Fact(Explicit = true)]
    public Task Many_strikes() => Strike(
        Prove.Runs(100),
        Prove.Numbers("PROVE_SEED") is { Count: > 0 } seeds ? seeds : [RandomNumberGenerator.GetInt32(1, 1_000_000)]);

    private static async Task Strike(int runs, IReadOnlyList<int> seeds)
    {
        var rows = new List<KillRow>();
        // How long each procedure takes is learned from those that were not struck.
        var lasts = new Dictionary<string, double>(StringComparer.Ordinal) { ["Restore"] = 6, ["Restore Revert"] = 11, ["Revert"] = 5, ["Undo"] = 10 };
        OracleCluster? cluster = null;
        Oracle? oracle = null;
        try
        {
            Console.WriteLine($"kill test: {runs} runs, first seeds {string.Join(", ", seeds)}\n{KillRow.Head}");
            // One that came too late is no strike: it is shown, and another one made for it.
            for (var run = 0; rows.Count(r => r.Landed || r.Failure is not null) < runs && run < 2 * runs; run++)
            {
                if (run % RunsOfACluster == 0)
                    await End();
                if (cluster is null)
                {
                    var deployed = new OracleCluster();
                    await deployed.InitializeAsync();
                    cluster = deployed;
                    oracle = await cluster.Watch();
                    await cluster.FullBackup();
                }
                // Each restore keeps what it replaced; the disk is not what is tested here.
                if ((await cluster.Kept()).Length > 4)
                    await cluster.Checkout.Run(0, "Discard", "--id", "all", "--yes");
                var seed = run < seeds.Count ? seeds[run] : seeds[^1] + run - seeds.Count + 1;
                var row = new KillRow(seed);
                rows.Add(row);
                var watch = Stopwatch.StartNew();
                try
                {
                    await new RandomKill(cluster, oracle!, lasts).RunAsync(seed, row);
                }
                catch (Exception e) when (!Wait.Token.IsCancellationRequested)
                {
                    // What comes after begins on a cluster of its own, or one failure would be counted many times.
                    row.Failure = e;
                    Console.WriteLine($"{e.Message}\n--- the struck run said\n{row.Said}\n--- now\n{(await cluster.Checkout.Run("Status")).All}");
                    await End();
                }
                row.Seconds = watch.Elapsed.TotalSeconds;
                Console.WriteLine(row);
            }
        }
        finally
        {
            await End();
            Console.WriteLine($"\n{KillRow.Head}\n{string.Join('\n', rows)}\n{rows.Count(r => r.Landed)} strikes; {rows.Count(r => r.Failure is null)} of {rows.Count} runs ended with a serving cluster and the right rows");
        }
        if (rows.FirstOrDefault(r => r.Failure is not null) is { } failed)
            throw new InvalidOperationException($"{rows.Count(r => r.Failure is not null)} of {rows.Count} runs ended badly, the first:\n{failed}", failed.Failure);

        async Task End()
        {
            if (oracle is not null)
                await oracle.DisposeAsync();
            if (cluster is not null)
                await cluster.DisposeAsync();
            (oracle, cluster) = (null, null);
        }
    }
}

using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd.S3;

/// <summary>
/// Backup and restore of the same 2 GB to a bucket, as the runbook sets pgBackRest up and as the module of Nomad jobs did before it:
/// gzip, one process, every file for itself. In turns, in one run: <c>./build.sh Benchmark</c>.
/// </summary>
public sealed class StorageBenchmarkTests(S3Server server)
{
    // 15 MB each.
    private const int Scale = 135;

    [Fact(Explicit = true)]
    public async Task Backup_and_restore()
    {
        await using var checkout = new Checkout();
        var bucket = await (await server.GatewayAsync()).CreateBucketAsync();
        bucket.BecomesRepositoryOf(checkout);
        checkout.Configure(p => p["postgres"]!["settings"]!["max_wal_size"] = "2GB");
        await checkout.Run(0, "Deploy");
        var program = Path.Combine(Directory.GetDirectories("/usr/lib/postgresql").Max()!, "bin", "pgbench");
        foreach (var steps in (string[])["dtg", "vp"])
            await Run(checkout.Info(program, "-i", "-q", "-I", steps, "-s", $"{Scale}", checkout.Connection));
        await checkout.Run(0, "Stop");

        // As it was rendered for the server's task.
        var rendered = Directory.GetFiles(Path.Combine(checkout.Sandbox, "nomad"), "pgbackrest.conf", SearchOption.AllDirectories)[0];
        var ways = new Way[]
        {
            new("this runbook", new() { ["CONFIG"] = rendered, ["REPO1_PATH"] = "/this", ["PROCESS_MAX"] = $"{Environment.ProcessorCount}" }),
            new("module", new() { ["CONFIG"] = rendered, ["REPO1_PATH"] = "/module", ["PROCESS_MAX"] = "1", ["COMPRESS_TYPE"] = "gz", ["REPO1_BUNDLE"] = "n" }),
        };
        for (var round = 0; round < Prove.Runs(3); round++)
        {
            foreach (var way in ways)
                await Measure(checkout, way, first: round == 0);
        }

        Console.WriteLine($"\n{"medians",-16}{"backup s",10}{"restore s",11}{"repository MB",15}");
        foreach (var way in ways)
            Console.WriteLine($"{way.Name,-16}{Median(way.Backups),10:0.0}{Median(way.Restores),11:0.0}{way.Bytes / 1e6,15:0}");
        Console.WriteLine(
            $"{"module / this",-16}{Median(ways[1].Backups) / Median(ways[0].Backups),10:0.0}{Median(ways[1].Restores) / Median(ways[0].Restores),11:0.0}{(double)ways[1].Bytes / ways[0].Bytes,15:0.00}");
        Median(ways[0].Backups).ShouldBeLessThan(Median(ways[1].Backups));
        Median(ways[0].Restores).ShouldBeLessThan(Median(ways[1].Restores));
    }

    private static async Task Measure(Checkout checkout, Way way, bool first)
    {
        if (first)
            await Pgbackrest(checkout, way, "stanza-create", "--no-online");
        await Sync(checkout);
        var watch = Stopwatch.StartNew();
        await Pgbackrest(checkout, way, "backup", "--type=full", "--no-online", "--repo1-retention-full=1");
        way.Backups.Add(watch.Elapsed.TotalSeconds);
        way.Bytes = (await Pgbackrest(checkout, way, "info", "--output=json")).Json()[0].GetProperty("backup").EnumerateArray().Last()
            .GetProperty("info").GetProperty("repository").TryGetProperty("size", out var size) ? size.GetInt64() : 0;

        var copy = Path.Combine(checkout.DataFolder, "copy");
        await Run(checkout.OwnersShell($"mkdir '{copy}'"));
        await Sync(checkout);
        watch.Restart();
        await Pgbackrest(checkout, way, "restore", $"--pg1-path={copy}", "--type=none", "--archive-mode=off");
        way.Restores.Add(watch.Elapsed.TotalSeconds);
        Directory.Delete(copy, recursive: true);
        Console.WriteLine($"{way.Name,-16}{way.Backups[^1],10:0.0}{way.Restores[^1],11:0.0}");
    }

    private static async Task<Outcome> Pgbackrest(Checkout checkout, Way way, params string[] words)
    {
        string[] all = ["--stanza=db-primary", $"--config-include-path={checkout.State}/secrets/pgbackrest.d", "--log-level-file=off", "--log-level-console=off", .. words];
        var shell = checkout.OwnersShell($"exec pgbackrest {string.Join(' ', all.Select(w => $"'{w}'"))}");
        // An option that a command does not know is an error among its arguments, and none in its environment.
        foreach (var (name, value) in way.Options)
            shell.Environment["PGBACKREST_" + name] = value;
        return await Run(shell);
    }

    private static async Task<Outcome> Run(ProcessStartInfo info)
    {
        using var run = new RunningBuild(info) { Limit = TimeSpan.FromMinutes(15) };
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome;
    }

    // What was written before is not paid for by who comes next.
    private static Task Sync(Checkout checkout) => Run(checkout.Info("sync"));

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);

    private sealed record Way(string Name, Dictionary<string, string> Options)
    {
        public List<double> Backups { get; } = [];

        public List<double> Restores { get; } = [];

        public long Bytes { get; set; }
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>
/// The downtime of each way to restore the same 2 GB to the end of everything, as a client sees it that writes all the time:
/// <c>./build.sh Benchmark</c>.
/// </summary>
public sealed class BenchmarkTests
{
    // 15 MB each.
    private const int Scale = 135;

    [Fact(Explicit = true)]
    public async Task Downtime()
    {
        await using var checkout = new Checkout();
        checkout.Configure(p =>
        {
            var settings = p["postgres"]!["settings"]!;
            settings["track_commit_timestamp"] = "on";
            settings["shared_buffers"] = "256MB";
            settings["max_wal_size"] = "2GB";
            p["pgbackrest"]!["repositories"]![0]!["retention"] = new JsonObject { ["full"] = 2 };
        });
        await checkout.Run(0, "Deploy");
        var watch = Stopwatch.StartNew();
        await Pgbench(checkout, "-i", "-I", "dtg", "-s", $"{Scale}", "-q");
        await Pgbench(checkout, "-i", "-I", "vp", "-s", $"{Scale}", "-q");
        Console.WriteLine($"pgbench -i -s {Scale}: {await checkout.Sql("select pg_size_pretty(pg_database_size('postgres'))")} in {watch.Elapsed.TotalSeconds:0} s");
        await using var oracle = await Oracle.StartAsync(checkout);
        await checkout.Run(0, "Backup", "--backup-type", "full");

        var ways = new Way[]
        {
            new("--online", () => Restore(checkout, "--online")),
            new("default", () => Restore(checkout)),
            new("--in-place", () => Restore(checkout, "--in-place", "--yes")),
            new("old way", () => OldWay(checkout)),
        };
        for (var round = 0; round < Prove.Runs(5); round++)
        {
            foreach (var way in ways)
                await Measure(checkout, oracle, way);
        }

        var old = ways[^1].Median;
        Console.WriteLine($"\n{"downtime in s",-16}{"median",8}{"least",8}{"most",8}{"old way / this",16}{"rows lost",11}");
        foreach (var way in ways)
            Console.WriteLine($"{way.Name,-16}{way.Median,8:0.0}{way.Seconds.Min(),8:0.0}{way.Seconds.Max(),8:0.0}{old / way.Median,16:0.0}{way.Lost,11}");
        // What only the old way may do.
        ways[..^1].ShouldAllBe(w => w.Lost == 0);
        ways[0].Seconds.Max().ShouldBeLessThanOrEqualTo(5);
    }

    private static async Task Measure(Checkout checkout, Oracle oracle, Way way)
    {
        // Something has changed since the backup, and what was archived of it is in the archive.
        await Pgbench(checkout, "-n", "-c", "2", "-t", "1500");
        var segment = await checkout.Sql("select pg_walfile_name(pg_switch_wal())");
        await Wait.Until($"{segment} archived", async () => string.CompareOrdinal(await checkout.Sql("select last_archived_wal from pg_stat_archiver"), segment) >= 0);
        // What was written before is not paid for by who comes next.
        await checkout.Sql("checkpoint");
        using (var sync = new RunningBuild(checkout.Info("sync")))
            await sync.End();
        await oracle.MoreAsync();

        var begun = oracle.Acknowledged;
        await way.Run();
        await oracle.MoreAsync();
        way.Seconds.Add(oracle.LongestGap(begun).TotalSeconds);
        way.Lost += await oracle.CountLostAsync();
        Console.WriteLine($"{way.Name,-16}{way.Seconds[^1],8:0.0} s");
        if ((await checkout.Status()).GetProperty("kept").GetArrayLength() > 0)
            await checkout.Run(0, "Discard", "--id", "all", "--yes");
    }

    private static Task Restore(Checkout checkout, params string[] words) =>
        checkout.Run(0, ["Restore", "Revert", .. RecoveryPoint.Latest.Words, .. words]);

    /// <summary>
    /// What a module of Nomad jobs did before: stop, wipe, restore everything with one process, start. Without the jobs in
    /// between, which took their time too.
    /// </summary>
    private static async Task OldWay(Checkout checkout)
    {
        (await checkout.Nomad("job", "stop", "-yes", "postgres")).ExitCode.ShouldBe(0);
        await Wait.Until("the server stopped", () => !File.Exists(Path.Combine(checkout.Data, "postmaster.pid")));
        using (var run = new RunningBuild(checkout.OwnersShell($"""
            set -e
            find '{checkout.Data}' -mindepth 1 -delete
            pgbackrest --config=/dev/null --stanza=db-primary --pg1-path='{checkout.Data}' --repo1-path='{checkout.Sandbox}/repository' \
              --lock-path='{checkout.Sandbox}/data/lock' --log-level-file=off --log-level-console=warn --process-max=1 restore
            """)))
        {
            var restored = await run.End();
            restored.ExitCode.ShouldBe(0, restored.ToString());
        }
        var started = await checkout.Nomad("job", "run", "-detach", Path.Combine(checkout.Path, "jobs", "local", "postgres.nomad.hcl"));
        started.ExitCode.ShouldBe(0, started.ToString());
        await Wait.Until("taking writes", async () => (await checkout.TrySql("create temporary table writable ()")).ExitCode == 0);
        // The next way begins as the others do: on a set of the timeline that serves.
        await checkout.Run(0, "Backup", "--backup-type", "full");
    }

    private static async Task Pgbench(Checkout checkout, params string[] options)
    {
        var connection = checkout.Connection;
        var program = Path.Combine(Directory.GetDirectories("/usr/lib/postgresql").Max()!, "bin", "pgbench");
        using var run = new RunningBuild(checkout.Info(program, [.. options, connection]));
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
    }

    private sealed record Way(string Name, Func<Task> Run)
    {
        public List<double> Seconds { get; } = [];

        public int Lost { get; set; }

        public double Median => Seconds.Order().ElementAt(Seconds.Count / 2);
    }
}

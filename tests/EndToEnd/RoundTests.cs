using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Deploy, back up, lose, restore, revert: and then the rows are counted.</summary>
public sealed class RoundTests(Cluster cluster) : IClassFixture<Cluster>
{
    private Checkout Checkout => cluster.Checkout;

    [Fact, Thorough]
    public async Task Rows_come_back_all_of_them_and_as_they_were_when_a_set_was_taken()
    {
        await cluster.Ready();
        await cluster.Write("full");
        var full = await cluster.Backup("full");
        await cluster.Write("diff");
        var diff = await cluster.Backup("diff");
        await cluster.Write("incr");
        var incr = await cluster.Backup("incr");
        new[] { full.Type, diff.Type, incr.Type }.ShouldBe(["full", "diff", "incr"]);
        await cluster.Write("after");
        var timeline = (await Checkout.Status()).GetProperty("postgres").GetProperty("timeline").GetInt32();

        // Everything, in two calls: the newest set, and what was committed after it.
        await Checkout.Run(0, "Restore", "--backup-set", "latest");
        var between = await Checkout.Status();
        between.GetProperty("state").GetString().ShouldBe("restored");
        between.GetProperty("restore").GetProperty("phase").GetString().ShouldBe("restored");
        between.GetProperty("restore").GetProperty("set").GetString().ShouldBe(incr.Label);
        Jobs(between).ShouldContain("pgbackrest-full stopped");
        Jobs(between).ShouldContain("postgres stopped");
        await Checkout.Run(0, "Revert");
        (await cluster.Read()).ShouldBe("after diff full incr");

        var after = await Checkout.Status();
        after.GetProperty("state").GetString().ShouldBe("running");
        after.GetProperty("restore").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        after.GetProperty("postgres").GetProperty("timeline").GetInt32().ShouldBeGreaterThan(timeline);
        Jobs(after).ShouldContain("pgbackrest-full running");
        Jobs(after).ShouldContain("pgbackrest-incr running");
        Checkout.Sets[^1].Type.ShouldBe("incr", "it builds on a set of the timeline that was left");
        var kept = after.GetProperty("kept").EnumerateArray().Select(k => k.GetProperty("path").GetString()!).ToList();
        kept.ShouldHaveSingleItem();
        (await KeptRows(kept[0])).ShouldBe("after diff full incr");

        // Another set, by label and in one call.
        await cluster.Write("later");
        await Checkout.Run(0, "Restore", "Revert", "--backup-set", diff.Label);
        (await cluster.Read()).ShouldBe("diff full");
        // The newest set as it was at its end: that has to be said.
        await cluster.Write("goes");
        await cluster.Backup("incr");
        await cluster.Write("left out");
        await Checkout.Run(0, "Restore", "Revert", "--recovery-target", "immediate");
        (await cluster.Read()).ShouldBe("diff full goes");
        // Nothing was thrown away on the way, and the cluster goes on.
        (await Checkout.Status()).GetProperty("kept").GetArrayLength().ShouldBe(3);
        await cluster.Write("goes on");
        await cluster.Backup("incr");
    }

    [Fact]
    public async Task A_second_deploy_changes_nothing_and_says_so()
    {
        await cluster.Ready();
        var before = await cluster.Unchanged() + await Indexes();
        var outcome = await Checkout.Run(0, "Deploy");
        outcome.Out.ShouldContain("nothing was changed");
        outcome.Out.ShouldNotContain("submit");
        (await cluster.Unchanged() + await Indexes()).ShouldBe(before);
    }

    [Fact]
    public async Task Stop_and_deploy_bring_the_same_cluster_back()
    {
        await cluster.Ready();
        await cluster.Write("kept");
        await Checkout.Run(0, "Stop");
        var stopped = await Checkout.Status();
        stopped.GetProperty("state").GetString().ShouldBe("stopped");
        File.Exists(Path.Combine(Checkout.Data, "postmaster.pid")).ShouldBeFalse();
        await Checkout.Run(0, "Deploy");
        (await cluster.Read()).ShouldBe("kept");
    }

    private static string[] Jobs(System.Text.Json.JsonElement status) =>
        [.. status.GetProperty("jobs").EnumerateArray().Select(j => $"{j.GetProperty("name").GetString()} {j.GetProperty("status").GetString()}")];

    private async Task<string> Indexes()
    {
        var indexes = new List<string>();
        foreach (var job in new[] { "postgres", "postgres-init", "pgbackrest", "pgbackrest-init", "pgbackrest-restore", "pgbackrest-full", "pgbackrest-incr" })
        {
            var inspected = (await Checkout.Nomad("job", "inspect", job)).Json().GetProperty("Job");
            indexes.Add($"{job} {inspected.GetProperty("JobModifyIndex")} v{inspected.GetProperty("Version")}");
        }
        return string.Join('\n', indexes);
    }

    /// <summary>Starts a server on what a restore kept, away from everything, and asks it.</summary>
    private async Task<string> KeptRows(string directory)
    {
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Max() + "/bin";
        var copy = directory + ".look";
        var script = $"""
            set -e
            {binaries}/pg_controldata -D '{directory}' | grep -q 'shut down'
            cp -a '{directory}' '{copy}'
            {binaries}/pg_ctl -D '{copy}' -w -s -l /dev/null -o "-c listen_addresses= -c unix_socket_directories='{copy}' -c archive_mode=off" start
            psql -XAtq -h '{copy}' -p 5432 -U postgres -d postgres -c "select string_agg(text, ' ' order by text) from note"
            {binaries}/pg_ctl -D '{copy}' -w -s -m fast stop
            rm -rf '{copy}'
            """;
        using var run = new RunningBuild(Checkout.OwnersShell(script));
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome.Out.Trim();
    }
}

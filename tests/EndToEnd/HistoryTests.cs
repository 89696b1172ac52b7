using System.Text.Json;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>What was done is written down, for every operator, whatever became of it; and Doctor finds a good cluster good.</summary>
public sealed class HistoryTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const string Secret = "Zhistory-s3cret";

    private Checkout Checkout => cluster.Checkout;

    [Fact]
    public async Task Done_refused_and_killed_runs_are_listed_for_every_operator_with_no_secret()
    {
        await cluster.Ready();
        var summary = Path.Combine(Checkout.Path, "summary.md");
        Checkout.Variables["GITHUB_STEP_SUMMARY"] = summary;
        Checkout.Variables["GITHUB_ACTOR"] = "ann";
        // The SQL of a Psql behind it in the same run is nobody's business.
        await Checkout.Run(3, "Undo", "--id", "20010101-000000", "Psql", "--command", $"select '{Secret}'");
        using (var killed = Checkout.Start("Backup", "--backup-type", "incr"))
        {
            await Wait.Until("the backup is at work", () => killed.Said.Contains("1/1 take", StringComparison.Ordinal));
            killed.Signal(Processes.Kill);
            await killed.End();
        }
        (await History()).First().GetProperty("outcome").GetString().ShouldBe("killed");
        await Checkout.Run(0, "Check");
        // It takes the lock over, and writes down who held it.
        await Checkout.Run(0, "PauseSchedules", "--reason", "a ${test} of \"quotes\"");
        await Checkout.Run(0, "ResumeSchedules");

        var before = await History();
        Rows(before).ShouldBe(
        [
            "ResumeSchedules  done 0", "PauseSchedules --reason 'a ${test} of \"quotes\"' done 0", "Backup --backup-type incr killed ", "Undo --id 20010101-000000 refused 3", "Deploy  done 0",
        ]);
        before.ShouldAllBe(r => File.Exists(r.GetProperty("record").GetString()));
        before[3].GetProperty("by").GetString().ShouldStartWith("ann@");
        before[3].GetProperty("error").GetString()!.ShouldContain("state: nothing was changed");

        // Another machine has none of these files; all that ended is there.
        Directory.Delete(Path.Combine(Checkout.Path, ".nuke", "temp", "runs"), recursive: true);
        Rows(await History()).ShouldBe(["ResumeSchedules  done 0", "PauseSchedules --reason 'a ${test} of \"quotes\"' done 0", "Backup  killed ", "Undo --id 20010101-000000 refused 3", "Deploy  done 0"]);

        var job = await Checkout.Nomad("job", "inspect", "postgres-history");
        job.ExitCode.ShouldBe(0);
        job.All.ShouldNotContain(Secret);
        var text = await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken);
        text.ShouldContain("### Undo of profile local: refused");
        text.ShouldContain("### Check of profile local: done");
        text.ShouldContain("| 1 | record the pause on the data volume |");
        text.ShouldNotContain(Secret);
        await Checkout.Run(2, "History", "--last", "0");
    }

    [Fact]
    public async Task Doctor_finds_a_good_cluster_good_and_a_wrong_word_of_the_configuration()
    {
        await cluster.Ready();
        var good = (await Checkout.Run("Doctor", "--output", "json")).Json();
        var found = good.GetProperty("findings").EnumerateArray().ToList();
        // What this machine has beside the cluster is not ours to judge; what we have made is.
        found.Where(f => f.GetProperty("check").GetString() is not ("room" or "git" or "terraform" or "tofu" or "Debian cluster" or "systemd unit"))
            .ShouldAllBe(f => f.GetProperty("state").GetString() == "ok");
        foreach (var check in (string[])["nomad", "answer", "driver", "postgresql", "pgbackrest", "port", "clock"])
            found.ShouldContain(f => f.GetProperty("check").GetString() == check);
    }

    private async Task<List<JsonElement>> History() => [.. (await Checkout.Run(0, "History", "--output", "json")).Json().EnumerateArray()];

    private static IEnumerable<string> Rows(IEnumerable<JsonElement> runs) =>
        runs.Select(r => $"{r.GetProperty("target")} {r.GetProperty("arguments")} {r.GetProperty("outcome")} {r.GetProperty("exitCode")}");
}

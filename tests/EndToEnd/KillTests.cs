using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Whatever is killed, and whenever: the same command goes on, and no row is lost or doubled.</summary>
public sealed class KillTests(GatedCluster cluster) : IClassFixture<GatedCluster>
{
    private static readonly string[] Restore = ["Restore", "--recovery-target", "immediate"];

    private Checkout Checkout => cluster.Checkout;

    private Gate Gate => cluster.Gate;

    // One restore that is killed at each of its moments in turn, operator's run and node's task alike.
    [Fact, Thorough]
    public async Task A_restore_killed_at_every_moment_ends_as_if_nothing_had_happened()
    {
        await cluster.Ready();
        await cluster.Write("in-set");
        await cluster.Backup("incr");
        await cluster.Write("after");
        var id = "";
        foreach (var (moment, phase, hold) in new (string, string, Action)[]
        {
            ("archiving is recorded", "archiving", () => Gate.HoldPhase("archiving")),
            ("the copy is about to begin", "copying", () => Gate.Hold("restore")),
            ("half of the files are copied", "copying", () => Gate.Freeze("restore", 300)),
            ("the copy goes on", "copying", () => Gate.Hold("restore")),
            ("the swap is recorded", "swapping", () => Gate.HoldPhase("swapping")),
            ("one of two renames is done", "swapping", Gate.HoldSwap),
            ("the end is recorded", "restored", () => Gate.HoldPhase("restored")),
        })
        {
            hold();
            using var run = Checkout.Start(Restore);
            await Gate.Reached(run);
            run.Signal(Processes.Kill);
            await run.End();
            Checkout.RestoreState("phase").ShouldBe(phase, moment);
            if (id.Length > 0)
                Checkout.RestoreState("id").ShouldBe(id, moment);
            id = Checkout.RestoreState("id");
            await Gate.Kill();
        }
        await Checkout.Run(0, Restore);
        // Revert, killed while the server comes up and while the backup runs.
        Gate.Hold("backup");
        using (var run = Checkout.Start("Revert"))
        {
            await Gate.Reached(run);
            run.Signal(Processes.Kill);
            await run.End();
            await Gate.Kill();
        }
        await Checkout.Run(0, "Revert");
        (await cluster.Read()).ShouldBe("in-set");
        var status = await Checkout.Status();
        status.GetProperty("state").GetString().ShouldBe("running");
        status.GetProperty("kept").EnumerateArray().Count(k => k.GetProperty("id").GetString() == id).ShouldBe(1);

        // An id that has run never runs again, whatever dispatches its job.
        var before = await cluster.Unchanged();
        var again = await Checkout.Nomad(
            "job", "dispatch", "-meta", $"id={id}", "-meta", $"set={Checkout.Sets[0].Label}", "-meta", "target=immediate", "pgbackrest-restore");
        again.ExitCode.ShouldBe(0, again.ToString());
        var child = again.Out.Split('\n').First(l => l.StartsWith("Dispatched Job ID", StringComparison.Ordinal)).Split('=')[1].Trim();
        await Wait.Until("the second run of the id ended", async () => (await Allocation(child)).GetProperty("ClientStatus").GetString() == "complete");
        (await cluster.Unchanged()).ShouldBe(before);
    }

    // With the long kill test: the moments above stop in the middle of a copy, too.
    [Fact, Thorough]
    public async Task Half_a_copy_is_gone_on_with()
    {
        await cluster.Ready();
        await cluster.Write("in-set");
        await cluster.Backup("full");
        Gate.Freeze("restore", 300);
        using var run = Checkout.Start(Restore);
        await Gate.Reached(run);
        Processes.Signal(Gate.Frozen, Processes.Kill);
        var killed = await run.End();
        Gate.Open();
        killed.ExitCode.ShouldBe(1, killed.ToString());
        killed.Error.ShouldContain("the live directory");
        killed.Error.ShouldContain("state: ");
        killed.Error.ShouldContain("next:  ");
        var status = await Checkout.Status();
        status.GetProperty("state").GetString().ShouldBe("restoring");
        status.GetProperty("restore").GetProperty("bytesCopied").GetInt64().ShouldBeGreaterThan(0);
        (await Checkout.Run(3, "Deploy")).Error.ShouldContain("./build.sh Restore");
        (await Checkout.Run(3, "Revert")).Error.ShouldContain("./build.sh Restore");
        (await Checkout.Run(3, "Backup")).Error.ShouldContain("restoring");

        await Checkout.Run(0, Restore);
        (await Checkout.Run(0, "Logs", "--job", "pgbackrest-restore")).Out.ShouldContain("continuing the copy");
        (await Checkout.Run(0, Restore)).Out.ShouldContain("already restored");
        await Checkout.Run(0, "Revert");
        (await cluster.Read()).ShouldBe("in-set");
    }

    [Fact]
    public async Task A_server_without_its_agent_goes_on_and_a_killed_server_is_started_again()
    {
        await cluster.Ready();
        await cluster.Write("row");
        var server = Checkout.ServerProcess;
        Processes.Signal(Checkout.Running.Single(p => p.CommandLine.Contains(" agent -data-dir=", StringComparison.Ordinal)).Id, Processes.Kill);
        (await cluster.Read()).ShouldBe("row");
        (await Checkout.Status()).GetProperty("state").GetString().ShouldBe("running");
        Checkout.ServerProcess.ShouldBe(server);
        await cluster.Backup("incr");

        Processes.Signal(server, Processes.Kill);
        await Wait.Until("answering again", async () => (await Checkout.TrySql("select 1")).ExitCode == 0 && Checkout.ServerProcess != server);
        (await cluster.Read()).ShouldBe("row");
        (await Checkout.Status()).GetProperty("state").GetString().ShouldBe("running");
    }

    private async Task<System.Text.Json.JsonElement> Allocation(string job) =>
        (await Checkout.Nomad("alloc", "status", "-json")).Json().EnumerateArray().Single(a => a.GetProperty("JobID").GetString() == job);
}

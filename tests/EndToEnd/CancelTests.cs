using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Ctrl-C and SIGTERM in the middle: what we started ends, the state is told, the same command works again.</summary>
public sealed class CancelTests(GatedCluster cluster) : IClassFixture<GatedCluster>
{
    private Checkout Checkout => cluster.Checkout;

    [Theory]
    [InlineData("Restore --backup-set latest", "restore", Processes.Terminate, 143)]
    public async Task In_the_middle_of_a_copy(string command, string held, int signal, int exitCode)
    {
        await cluster.Ready();
        await cluster.Write("row");
        await Cancelled(Checkout, cluster.Gate, command, held, signal, exitCode);
        await Checkout.Run(0, command.Split(' '));
    }

    [Theory, Thorough]
    [InlineData("Backup --backup-type incr", "backup", Processes.Interrupt, 130)]
    [InlineData("Backup --backup-type incr", "backup", Processes.Terminate, 143)]
    [InlineData("Restore --backup-set latest", "restore", Processes.Interrupt, 130)]
    public Task In_the_middle_of_a_backup_or_by_the_other_signal(string command, string held, int signal, int exitCode) => In_the_middle_of_a_copy(command, held, signal, exitCode);

    [Fact, Thorough]
    public async Task In_the_first_deployment()
    {
        await using var checkout = new Checkout();
        var gate = new Gate(checkout);
        await Cancelled(checkout, gate, "Deploy", "backup", Processes.Terminate, 143);
        await checkout.Run(0, "Deploy");
        checkout.Sets.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_operator_is_told_who_is_at_work_and_takes_over_from_a_dead_one()
    {
        await cluster.Ready();
        cluster.Gate.Hold("backup");
        using var first = Checkout.Start("Backup", "--backup-type", "incr");
        await cluster.Gate.Reached(first);
        foreach (var command in new[] { "Deploy", "Backup", "Restore --backup-set latest", "Revert", "Accept", "Undo", "Discard --id all --yes", "Stop", "Destroy --yes" })
        {
            var second = await Checkout.Run(4, command.Split(' '));
            second.Error.ShouldContain($"{Environment.UserName}@{Environment.MachineName}", Case.Sensitive, command);
            second.Error.ShouldContain("Backup, since 20");
        }
        var holder = (await Checkout.Status()).GetProperty("lock");
        holder.GetProperty("target").GetString().ShouldBe("Backup");
        // Who only looks is not held up.
        await Checkout.Run(0, "Backups");

        first.Signal(Processes.Kill);
        await first.End();
        await cluster.Gate.Kill();
        (await Checkout.Run(0, "Backup", "--backup-type", "incr")).Out.ShouldContain("was killed");
        (await Checkout.Status()).GetProperty("lock").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    private static async Task Cancelled(Checkout checkout, Gate gate, string command, string held, int signal, int exitCode)
    {
        gate.Hold(held);
        using var run = checkout.Start(command.Split(' '));
        await gate.Reached(run);
        run.Signal(signal);
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(exitCode, outcome.ToString());
        outcome.Error.ShouldContain("cancelled");
        outcome.Error.ShouldContain("./build.sh Status");
        checkout.AtWork.ShouldBeEmpty();
        gate.Open();
        var status = await checkout.Status();
        status.GetProperty("lock").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, "the lock was given back");
        status.GetProperty("state").GetString().ShouldBe(held == "restore" ? "restoring" : "running");
    }
}

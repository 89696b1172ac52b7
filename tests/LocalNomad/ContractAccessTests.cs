using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>Reaching into running tasks: logs, programs beside them, signals.</summary>
[Collection(ContractAgent.Name)]
public class ContractAccessTests(NomadFixture nomad)
{
    [Fact]
    public async Task Exec_passes_on_streams_and_the_exit_code()
    {
        var (id, allocation) = await StartAsync("sleep 300");
        var result = await nomad.RunAsync("alloc", "exec", "-i=false", "-t=false", allocation, "sh", "-c", "echo out; echo err >&2; exit 7");
        result.ShouldBe(new NomadResult(7, "out\n", "err\n"));
        var input = await nomad.RunAsync(["alloc", "exec", "-i=true", "-t=false", "-task", "work", allocation, "cat"], "line 1\nline 2\n");
        input.ShouldBe(new NomadResult(0, "line 1\nline 2\n", ""));
        var large = string.Concat(Enumerable.Repeat("0123456789", 100_000));
        (await nomad.RunAsync(["alloc", "exec", "-t=false", allocation, "wc", "-c"], large)).Output.Trim().ShouldBe("1000000");
        var environment = await nomad.RunAsync("alloc", "exec", "-i=false", "-t=false", allocation, "sh", "-c", "echo $NOMAD_TASK_NAME; pwd");
        // Where it starts is not promised: in the root folder up to 1.4, in the task's own since.
        environment.Output.ShouldMatch("^work\n/(.*/work)?\n$");
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    [Fact]
    public async Task Exec_needs_a_running_task_and_a_program()
    {
        var (id, allocation) = await StartAsync("sleep 300");
        var unknown = await nomad.RunAsync("alloc", "exec", "-i=false", "-t=false", allocation, "no-such-program");
        unknown.ExitCode.ShouldBe(1);
        unknown.All.ShouldContain("executable file not found in $PATH");
        var task = await nomad.RunAsync("alloc", "exec", "-i=false", "-t=false", "-task", "other", allocation, "ls");
        task.ExitCode.ShouldBe(1);
        task.All.ShouldContain("Could not find task named: other, found:\nwork");
        await nomad.RunAsync("job", "stop", "-yes", "-detach", id);
        await nomad.AllocationAsync(id, "complete");
        var ended = await nomad.RunAsync("alloc", "exec", "-i=false", "-t=false", allocation, "ls");
        ended.ExitCode.ShouldBe(1);
        ended.All.ShouldContain("task \"work\" is not running.");
    }

    [Fact]
    public async Task Exec_takes_on_the_tasks_user()
    {
        if (Environment.UserName != "root")
            Assert.Skip("Only root can become another user.");
        var (id, allocation) = await StartAsync("sleep 300", "user = \"nobody\"");
        (await nomad.RunAsync("alloc", "exec", "-i=false", "-t=false", allocation, "id", "-un")).Output.ShouldBe("nobody\n");
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    [Fact]
    public async Task Logs_come_whole_or_from_their_end_and_can_be_followed()
    {
        var (id, allocation) = await StartAsync("for i in 1 2 3 4 5; do echo line $i; done; echo oops >&2; echo ready; until [ -e \"$NOMAD_TASK_DIR/on\" ]; do sleep 0.1; done; echo last");
        (await nomad.RunAsync("alloc", "logs", "-stderr", allocation, "work")).Output.ShouldBe("oops\n");
        (await nomad.RunAsync("alloc", "logs", "-tail", "-n", "2", allocation)).Output.ShouldBe("line 5\nready\n");
        (await nomad.RunAsync("alloc", "exec", allocation, "/bin/sh", "-c", "touch \"$NOMAD_TASK_DIR/on\"")).ExitCode.ShouldBe(0);
        // It goes on for ever, also when the task has ended: whoever follows has to look at the allocation too.
        using var following = nomad.Start("alloc", "logs", "-f", allocation);
        foreach (var expected in (string[])["line 1", "line 2", "line 3", "line 4", "line 5", "ready", "last"])
        {
            var line = await following.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            line.ShouldBe(expected);
        }

        following.HasExited.ShouldBeFalse();
        following.Kill();
        await nomad.AllocationAsync(id, "complete");
    }

    [Theory]
    [InlineData("0", "must contain at least two characters.")]
    [InlineData("zz", "Error querying allocation: Unexpected response code: 500")]
    [InlineData("00000000", "No allocation(s) with prefix or ")]
    public async Task An_unknown_allocation_is_1(string id, string reason)
    {
        foreach (var command in (string[])["logs", "status"])
        {
            var result = await nomad.RunAsync("alloc", command, id);
            result.ExitCode.ShouldBe(1);
            result.All.ShouldContain(reason);
        }
    }

    [Fact]
    public async Task A_signal_reaches_the_task()
    {
        var (id, allocation) = await StartAsync("trap 'echo usr1' USR1; echo ready; while :; do sleep 0.1; done");
        var result = await nomad.RunAsync("alloc", "signal", "-s", "SIGUSR1", allocation);
        result.ExitCode.ShouldBe(0, result.ToString());
        await Eventually.TrueAsync(async () => (await nomad.RunAsync("alloc", "logs", allocation)).Output.Contains("usr1", StringComparison.Ordinal), "the signal");
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    private async Task<(string Id, string Allocation)> StartAsync(string script, string task = "")
    {
        var id = nomad.UniqueId("access");
        await nomad.SubmitAsync(id, Jobs.Batch(id, script, task: task));
        var allocation = (string)(await nomad.AllocationAsync(id, "running", "complete"))["ID"]!;
        if (script.Contains("ready", StringComparison.Ordinal))
        {
            await Eventually.TrueAsync(
                async () => (await nomad.RunAsync("alloc", "logs", allocation)).Output.Contains("ready", StringComparison.Ordinal), "the task to be ready");
        }

        return (id, allocation);
    }
}

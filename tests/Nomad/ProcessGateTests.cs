using System.Diagnostics;
using Runbook;
using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

public class ProcessGateTests
{
    private static readonly ProcessGate Gate = new(_ => { });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_collects_both_streams_and_the_exit_code()
    {
        var outcome = await Gate.RunAsync(Bash("echo out; echo err >&2; exit 7"), null, Token);
        (outcome.ExitCode, outcome.Output, outcome.Error).ShouldBe((7, "out\n", "err\n"));
    }

    [Fact]
    public async Task It_hands_over_standard_input_and_environment_and_passes_lines_on()
    {
        var lines = new List<string>();
        var invocation = Bash("cat; echo \"$PGN_X\"") with
        {
            StandardInput = "one\ntwo\n",
            Environment = new Dictionary<string, string> { ["PGN_X"] = "three" }.ToImmutable(),
        };
        var outcome = await Gate.RunAsync(invocation, lines.Add, Token);
        lines.ShouldBe(["one", "two", "three"]);
        outcome.Output.ShouldBe("one\ntwo\nthree\n");
    }

    [Fact]
    public async Task A_process_that_does_not_read_its_input_is_no_error() =>
        (await Gate.RunAsync(Bash("exit 0") with { StandardInput = new string('x', 1_000_000) }, null, Token)).ExitCode.ShouldBe(0);

    [Fact]
    public async Task Words_arrive_as_they_are() =>
        (await Gate.RunAsync(new Invocation("/bin/bash", ["-c", "printf '%s|' \"$@\"", "x", "a b", "", "$HOME", "'"]), null, Token)).Output.ShouldBe("a b||$HOME|'|");

    [Fact]
    public async Task What_takes_too_long_is_ended_and_said()
    {
        var error = await Should.ThrowAsync<RunbookException>(
            Gate.RunAsync(Bash("exec sleep 60") with { Timeout = TimeSpan.FromMilliseconds(200) }, null, Token));
        error.Code.ShouldBe(ExitCode.Failed);
        error.Message.ShouldContain("did not end within 0 s");
        error.State.ShouldContain("was ended");
    }

    [Theory]
    [InlineData("/no/such/nomad"), InlineData("/etc/passwd"), InlineData("/tmp")]
    public async Task What_cannot_be_started_is_wrong_use(string executable)
    {
        foreach (var interactive in (bool[])[false, true])
        {
            var error = await Should.ThrowAsync<RunbookException>(Gate.RunAsync(new Invocation(executable, []) { Interactive = interactive }, null, Token));
            error.Code.ShouldBe(ExitCode.WrongUse);
            error.Message.ShouldStartWith($"{executable} cannot be started: ");
            error.Next.ShouldContain("--nomad");
        }
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_program_next_to_our_own_is_not_on_the_path(bool interactive)
    {
        var name = $"pgn-{Guid.NewGuid():N}";
        var file = Executable(AppContext.BaseDirectory, name);
        try
        {
            var error = await Should.ThrowAsync<RunbookException>(Gate.RunAsync(new Invocation(name, []) { Interactive = interactive }, null, Token));
            error.Code.ShouldBe(ExitCode.WrongUse);
            error.Message.ShouldStartWith($"{name} was not found on PATH (");
            error.Next.ShouldContain("--nomad");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_name_is_looked_up_along_the_path_and_nowhere_else()
    {
        var folder = Directory.CreateTempSubdirectory("pgn-path-").FullName;
        var first = Executable(Directory.CreateDirectory(Path.Combine(folder, "first")).FullName, "tool");
        var second = Executable(Directory.CreateDirectory(Path.Combine(folder, "second")).FullName, "tool");
        string[] path = [Path.Combine(folder, "none"), "", ".", Path.Combine(folder, "first"), Path.Combine(folder, "second")];
        ProgramPath.Find("tool", string.Join(':', path)).ShouldBe(first);
        File.SetUnixFileMode(first, UnixFileMode.UserRead);
        ProgramPath.Find("tool", string.Join(':', path)).ShouldBe(second, "a file that cannot be executed is no program");
        ProgramPath.Find(second, "").ShouldBe(second);
        ProgramPath.Find("./tool", "").ShouldBe(Path.GetFullPath("tool"));
        Should.Throw<RunbookException>(() => ProgramPath.Find("tool", "")).Message.ShouldBe("tool was not found on PATH (which is empty)");
        Directory.Delete(folder, recursive: true);
    }

    private static string Executable(string folder, string name)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, "#!/bin/sh\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }

    [Fact]
    public async Task A_cancelled_process_may_end_by_itself()
    {
        using var operators = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var folder = Directory.CreateTempSubdirectory("pgn-gate-");
        var done = Path.Combine(folder.FullName, "done");
        var invocation = Bash($"echo up; read -t 10 -r line < <(sleep 0.3; echo go); echo > '{done}'") with { Grace = TimeSpan.FromSeconds(20) };
        await Should.ThrowAsync<OperationCanceledException>(Gate.RunAsync(invocation, _ => operators.Cancel(), operators.Token));
        File.Exists(done).ShouldBeTrue();
        folder.Delete(recursive: true);
    }

    [Theory]
    // By a signal that was ours alone it is told; of a terminal's it has said so itself.
    [InlineData(false, 1), InlineData(true, 0)]
    public async Task A_process_that_saves_what_it_knows_gets_one_interrupt_and_never_two(bool bySelf, int expected)
    {
        using var operators = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var folder = Directory.CreateTempSubdirectory("pgn-gate-");
        var count = Path.Combine(folder.FullName, "count");
        var script = $$"""
            trap 'echo x >> "{{count}}"; echo "Interrupt received."' INT
            echo up
            [ {{(bySelf ? 1 : 0)}} = 1 ] && echo 'Interrupt received.'
            for i in $(seq 40); do read -t 0.1 -r _ < <(sleep 1); done
            exit 0
            """;
        var invocation = Bash(script) with { Grace = TimeSpan.FromSeconds(30), SaysInterrupted = "Interrupt received" };
        await Should.ThrowAsync<OperationCanceledException>(Gate.RunAsync(invocation, _ => operators.Cancel(), operators.Token));
        (File.Exists(count) ? File.ReadAllLines(count).Length : 0).ShouldBe(expected);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_cancelled_process_that_goes_on_is_killed()
    {
        using var operators = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var pid = 0;
        var invocation = Bash("echo $$; exec sleep 60") with { Grace = TimeSpan.FromMilliseconds(50) };
        await Should.ThrowAsync<OperationCanceledException>(Gate.RunAsync(
            invocation,
            line =>
            {
                pid = int.Parse(line);
                operators.Cancel();
            },
            operators.Token));
        Should.Throw<ArgumentException>(() => Process.GetProcessById(pid));
    }

    [Fact]
    public async Task Each_command_is_traced_without_its_input()
    {
        var traced = new List<string>();
        await new ProcessGate(traced.Add).RunAsync(Bash("cat") with { StandardInput = "secret" }, null, Token);
        traced.ShouldBe(["/bin/bash -c cat"]);
    }

    private static Invocation Bash(string script) => new("/bin/bash", ["-c", script]);
}

using System.Diagnostics;
using System.Net.Sockets;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>The stand-in's agent under faults.</summary>
public class LocalAgentTests
{
    private const string Looping = "echo $$ >> $NOMAD_ALLOC_DIR/data/pids; trap 'exit 4' INT; while :; do sleep 0.1; done";

    private const string RestartSoon = """
        restart {
          attempts = 3
          delay    = "100ms"
          interval = "1m"
          mode     = "fail"
        }
        reschedule {
          attempts  = 0
          unlimited = false
        }
        """;

    [Fact]
    public async Task A_task_outlives_its_agent_and_the_next_agent_takes_it_up()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        await nomad.SubmitAsync("job", Jobs.Batch("job", Looping));
        var allocation = await nomad.AllocationAsync("job", "running");
        var pids = await PidsAsync(nomad, allocation);

        await nomad.KillAgentAsync();
        IsAlive(pids[0]).ShouldBeTrue();
        await nomad.StartAgentAsync();

        var again = await nomad.AllocationAsync("job", "running");
        ((string)again["ID"]!).ShouldBe((string)allocation["ID"]!);
        ((int)again["TaskStates"]!["work"]!["Restarts"]!).ShouldBe(0);
        (await nomad.RunAsync("alloc", "exec", "-i=false", (string)again["ID"]!, "true")).ExitCode.ShouldBe(0);
        (await nomad.RunAsync("job", "stop", "-yes", "job")).ExitCode.ShouldBe(0);
        ExitCode(await nomad.AllocationAsync("job", "complete")).ShouldBe(4);
        (await PidsAsync(nomad, allocation)).ShouldBe(pids);
        IsAlive(pids[0]).ShouldBeFalse();
    }

    [Fact]
    public async Task An_exit_that_no_agent_saw_is_not_lost()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        var gate = Path.Combine(nomad.Directory, "gate");
        await nomad.SubmitAsync("job", Jobs.Batch("job", $"echo $$ >> $NOMAD_ALLOC_DIR/data/pids; while [ ! -e {gate} ]; do sleep 0.1; done; echo done; exit 6"));
        var allocation = await nomad.AllocationAsync("job", "running");
        var pids = await PidsAsync(nomad, allocation);

        await nomad.KillAgentAsync();
        await File.WriteAllTextAsync(gate, "", TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => !IsAlive(pids[0]), "the task to end");
        await nomad.StartAgentAsync();

        ExitCode(await nomad.AllocationAsync("job", "failed")).ShouldBe(6);
        (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!)).Output.ShouldBe("done\n");
    }

    [Fact]
    public async Task A_stop_that_an_agent_began_is_brought_to_its_end_by_the_next()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        await nomad.SubmitAsync("job", Jobs.Batch("job", "trap '' INT; echo $$ >> $NOMAD_ALLOC_DIR/data/pids; while :; do sleep 0.1; done", task: "kill_timeout = \"2s\""));
        var allocation = await nomad.AllocationAsync("job", "running");
        var pids = await PidsAsync(nomad, allocation);
        (await nomad.RunAsync("job", "stop", "-yes", "-detach", "job")).ExitCode.ShouldBe(0);
        await nomad.KillAgentAsync();
        IsAlive(pids[0]).ShouldBeTrue();
        await nomad.StartAgentAsync();
        ExitCode(await nomad.AllocationAsync("job", "complete")).ShouldBe(137);
        IsAlive(pids[0]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_killed_supervisor_never_leaves_two_copies_of_a_task()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        await nomad.SubmitAsync("job", Jobs.Batch("job", "setsid sh -c 'while :; do sleep 0.1; done' & " + Looping, group: RestartSoon));
        var allocation = await nomad.AllocationAsync("job", "running");
        var first = (await PidsAsync(nomad, allocation))[0];
        Kill(ParentOf(first));
        await Eventually.TrueAsync(async () => (await PidsAsync(nomad, allocation)).Count == 2, "a restart");
        IsAlive(first).ShouldBeFalse();
        // A shell that is about to become a sleep looks like one more for a moment.
        await Eventually.TrueAsync(
            () => OfAllocation((string)allocation["ID"]!).Count(process => CommandOf(process).Contains("while", StringComparison.Ordinal)) == 2,
            "one main process and one daemon");
        var restarted = (await nomad.AllocationsAsync("job"))[0];
        ((int)restarted["TaskStates"]!["work"]!["Restarts"]!).ShouldBe(1);
        ExitCode(restarted).ShouldBe(137);
    }

    [Fact]
    public async Task A_supervisor_and_an_agent_killed_together_leave_nothing_uncontrolled()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        await nomad.SubmitAsync("job", Jobs.Batch("job", Looping, group: RestartSoon));
        var allocation = await nomad.AllocationAsync("job", "running");
        var first = (await PidsAsync(nomad, allocation))[0];
        var supervisor = ParentOf(first);
        await nomad.KillAgentAsync();
        Kill(supervisor);
        await nomad.StartAgentAsync();
        await Eventually.TrueAsync(async () => (await PidsAsync(nomad, allocation)).Count == 2, "a restart");
        IsAlive(first).ShouldBeFalse();
    }

    [Fact]
    public async Task Told_to_end_an_agent_leaves_its_tasks_running()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        await nomad.SubmitAsync("job", Jobs.Batch("job", Looping));
        var allocation = await nomad.AllocationAsync("job", "running");
        var pids = await PidsAsync(nomad, allocation);
        await nomad.StopAgentAsync();
        IsAlive(pids[0]).ShouldBeTrue();
        await nomad.StartAgentAsync();
        await nomad.AllocationAsync("job", "running");
    }

    [Fact]
    public async Task Agents_live_side_by_side_but_one_to_a_folder()
    {
        await using var one = await LocalAgentFixture.StartAsync();
        await using var two = await LocalAgentFixture.StartAsync();
        await one.SubmitAsync("job", Jobs.Batch("job", "true"));
        await one.AllocationAsync("job", "complete");
        (await two.RunAsync("job", "inspect", "job")).ExitCode.ShouldBe(1);

        var second = await one.RunAsync("agent", "-data-dir", one.DataDirectory, "-bind", $"unix://{one.Directory}/other.sock");
        second.ExitCode.ShouldBe(1);
        second.Errors.ShouldContain("Another agent is at work");
    }

    [Fact]
    public async Task Nonsense_on_the_socket_does_not_disturb_the_agent()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        foreach (var nonsense in (byte[][])[[], [1, 2, 3], [255, 255, 255, 255, 1], [2, 0, 0, 0, 1, (byte)'{', (byte)'}'], [4, 0, 0, 0, 9, 1, 1, 1, 1]])
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(nomad.Address["unix://".Length..]), TestContext.Current.CancellationToken);
            await socket.SendAsync(nonsense, TestContext.Current.CancellationToken);
        }

        (await nomad.RunAsync("status")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Many_at_once_are_answered()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            var id = $"job-{i:00}";
            return await nomad.RunAsync("job", "run", nomad.Write(id, Jobs.Batch(id, "true")));
        }));
        results.ShouldAllBe(result => result.ExitCode == 0);
        for (var i = 0; i < 12; i++)
            await nomad.AllocationAsync($"job-{i:00}", "complete");
    }

    [Fact]
    public async Task What_is_collected_takes_its_files_with_it()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        await nomad.SubmitAsync("job", Jobs.Batch("job", "true"));
        var allocation = await nomad.AllocationAsync("job", "complete");
        var folder = Path.Combine(nomad.DataDirectory, "alloc", (string)allocation["ID"]!);
        Directory.Exists(folder).ShouldBeTrue();
        (await nomad.RunAsync("system", "gc")).ExitCode.ShouldBe(0);
        (await nomad.AllocationsAsync("job")).ShouldBeEmpty();
        (await nomad.RunAsync("job", "inspect", "job")).ExitCode.ShouldBe(1);
        await Eventually.TrueAsync(() => !Directory.Exists(folder), "the folder to be gone");
    }

    [Fact]
    public async Task Logs_are_rotated()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        await nomad.SubmitAsync("job", Jobs.Batch("job", "for i in 1 2 3 4; do head -c 1000000 /dev/zero | tr '\\0' $i; echo; done",
            task: "logs {\n max_files = 2\n max_file_size = 1\n}"));
        var allocation = await nomad.AllocationAsync("job", "complete");
        var log = (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!)).Output;
        log.Length.ShouldBeInRange(1_000_000, 2 * 1024 * 1024);
        log.ShouldEndWith("4\n");
        log.ShouldNotContain("1");
    }

    [Theory]
    [InlineData("exec", "group \"main\" > task \"work\" > driver: \"exec\" is not available, only \"raw_exec\"")]
    [InlineData("volume", "group \"main\" > volume \"data\": ")]
    [InlineData("service", "group \"main\" > service: services need Consul")]
    public async Task What_it_cannot_run_it_refuses_with_the_place(string part, string reason)
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        var path = nomad.Write("refused", ContractErrorTests.Clusters[part]);
        foreach (var (command, exitCode) in new[] { ("run", 1), ("plan", 255) })
        {
            var result = await nomad.RunAsync("job", command, path);
            result.ExitCode.ShouldBe(exitCode);
            result.Errors.ShouldContain(reason);
        }
    }

    [Fact]
    public async Task Addresses_that_cannot_be_are_said()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        (await nomad.RunAsync("status", "-address=http://127.0.0.1:4646")).Errors.ShouldContain("set NOMAD_ADDR to unix://");
        var path = "/" + new string('x', 107);
        var agent = await nomad.RunAsync("agent", "-data-dir", Path.Combine(nomad.Directory, "other"), "-bind", "unix://" + path);
        agent.ExitCode.ShouldBe(1);
        agent.Errors.ShouldContain("108 bytes long, 107 at most");
    }

    [Fact]
    public async Task Other_namespaces_and_regions_are_refused()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        foreach (var flag in (string[])["-namespace=other", "-region=other"])
        {
            var result = await nomad.RunAsync("job", "status", flag);
            result.ExitCode.ShouldBe(1);
            result.Errors.ShouldContain("\"other\" is not available");
        }
    }

    [Fact]
    public async Task An_agent_that_is_not_root_runs_tasks_as_itself_and_as_nobody_else()
    {
        if (Environment.UserName != "root")
            Assert.Skip("Only root can start an agent as another user.");
        await using var nomad = new UnprivilegedFixture();
        await nomad.InitializeAsync();
        await nomad.SubmitAsync("own", Jobs.Batch("own", "id -un; sleep 60", task: "user = \"nobody\""));
        var own = await nomad.AllocationAsync("own", "running");
        (await nomad.RunAsync("alloc", "exec", "-i=false", (string)own["ID"]!, "id", "-un")).Output.ShouldBe("nobody\n");
        await nomad.SubmitAsync("other", Jobs.Batch("other", "true", task: "user = \"daemon\""));
        var other = await nomad.AllocationAsync("other", "failed");
        other["TaskStates"]!["work"]!["Events"]!.ToJsonString().ShouldContain("operation not permitted");
    }

    [Fact]
    public async Task The_socket_and_the_state_are_the_owners_alone()
    {
        await using var nomad = await LocalAgentFixture.StartAsync();
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.GetUnixFileMode(nomad.Address["unix://".Length..]).ShouldBe(owner);
        File.GetUnixFileMode(Path.Combine(nomad.DataDirectory, "state.journal")).ShouldBe(owner);
        File.GetUnixFileMode(Path.Combine(nomad.DataDirectory, "runs")).ShouldBe(owner | UnixFileMode.UserExecute);
    }

    private static async Task<IReadOnlyList<int>> PidsAsync(LocalAgentFixture nomad, System.Text.Json.Nodes.JsonNode allocation)
    {
        var path = Path.Combine(nomad.DataDirectory, "alloc", (string)allocation["ID"]!, "alloc", "data", "pids");
        await Eventually.TrueAsync(() => File.Exists(path) && File.ReadAllText(path).EndsWith('\n'), "the task to tell its process id");
        return [.. File.ReadAllLines(path).Select(int.Parse)];
    }

    private static int ExitCode(System.Text.Json.Nodes.JsonNode allocation) => (int)allocation["TaskStates"]!["work"]!["Events"]!.AsArray()
        .Last(happened => (string)happened!["Type"]! == "Terminated")!["ExitCode"]!;

    private static bool IsAlive(int process) => Directory.Exists($"/proc/{process}") && StatOf(process) is not ("Z" or "X");

    private static string StatOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[0];
        }
        catch (IOException)
        {
            return "X";
        }
    }

    private static int ParentOf(int process) => int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[1]);

    private static void Kill(int process)
    {
        using var victim = Process.GetProcessById(process);
        victim.Kill();
    }

    private static string CommandOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static IEnumerable<int> OfAllocation(string id) => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out var process) ? process : 0)
        .Where(process => process > 0 && Carries(process, id));

    private static bool Carries(int process, string id)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/environ").Contains($"NOMAD_ALLOC_ID={id}", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

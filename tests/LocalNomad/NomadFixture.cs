using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>
/// A nomad executable and an agent to talk to: the stand-in's. Jobs of a test should carry a name from
/// <see cref="UniqueId"/>, since all tests of a class share the agent.
/// </summary>
public class NomadFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly Lock _log = new();
    private readonly List<Process> _agents = [];
    private int _ids;

    public static string LocalExecutable => EndToEnd.Checkout.NomadProgram;

    public virtual string Executable => LocalExecutable;

    public virtual bool IsReal => false;

    public string Address { get; protected set; } = "";

    /// <summary>A folder of this fixture alone, gone with it.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("nomad-test-").FullName;

    public string DataDirectory => Path.Combine(Directory, "data");

    public string NodeName => IsReal ? "real-test" : "local-test";

    /// <summary>More flags for the agent of the stand-in.</summary>
    protected virtual IReadOnlyList<string> AgentFlags => ["-dev"];

    public virtual async ValueTask InitializeAsync()
    {
        // Tasks of other users must be able to reach their folders below it.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Directory, (UnixFileMode)0x1ED);
        await StartAgentAsync();
    }

    public async Task StartAgentAsync()
    {
        foreach (var start in Agents())
        {
            start.RedirectStandardOutput = true;
            start.RedirectStandardError = true;
            start.Environment["AGENT_MARK"] = "from the agent";
            start.Environment["VAULT_TOKEN"] = "not for tasks";
            // What is about the machine's proxy makes a real agent look for a cloud.
            foreach (var name in (string[])["NOMAD_ADDR", "NOMAD_NAMESPACE", "NOMAD_REGION", "NOMAD_TOKEN", "AWS_CA_BUNDLE"])
                start.Environment.Remove(name);
            var agent = Process.Start(start)!;
            agent.OutputDataReceived += (_, line) => AppendLog(line.Data);
            agent.ErrorDataReceived += (_, line) => AppendLog(line.Data);
            agent.BeginOutputReadLine();
            agent.BeginErrorReadLine();
            _agents.Add(agent);
        }

        await Eventually.TrueAsync(async () => (await RunAsync("node", "status")).Output.Contains(" ready", StringComparison.Ordinal),
            $"an agent in {Directory}", StartDeadline);
    }

    public int AgentProcessId => _agents[0].Id;

    /// <summary>Ends the agent the hard way.</summary>
    public async Task KillAgentAsync()
    {
        foreach (var agent in _agents)
        {
            agent.Kill();
            await agent.WaitForExitAsync();
            agent.Dispose();
        }

        _agents.Clear();
    }

    /// <summary>Asks the agent to end; a client before its server.</summary>
    public async Task StopAgentAsync()
    {
        foreach (var agent in _agents.AsEnumerable().Reverse())
        {
            using var kill = Process.Start("kill", ["-INT", $"{agent.Id}"]);
            await agent.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            agent.Dispose();
        }

        _agents.Clear();
    }

    public string UniqueId(string name) => $"{name}-{Interlocked.Increment(ref _ids)}-{Environment.ProcessId}";

    public Task<NomadResult> RunAsync(params IReadOnlyList<string> arguments) => RunAsync(arguments, input: null);

    public async Task<NomadResult> RunAsync(IReadOnlyList<string> arguments, string? input)
    {
        using var process = Start([.. arguments]);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        return new NomadResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts the CLI and leaves it running.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Directory,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("NOMAD_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["NOMAD_ADDR"] = Address;
        start.Environment["NOMAD_CLI_SHOW_HINTS"] = "false";
        return Process.Start(start)!;
    }

    /// <summary>The version that is asked. What differs between versions is tested on each as it is there.</summary>
    public async Task<Version> VersionAsync() => VersionIn((await RunAsync("version")).Output);

    /// <summary>The version in what <c>nomad version</c> prints.</summary>
    public static Version VersionIn(string said) => Version.Parse(said.Split(' ', '\n')[1].TrimStart('v').Split('-', '+')[0]);

    /// <summary>Whether the Nomad that is asked is at least of this version.</summary>
    public async Task<bool> IsFromAsync(int major, int minor) => await VersionAsync() >= new Version(major, minor);

    /// <summary>Skips the test where the Nomad that is asked has no variables.</summary>
    public async Task RequireVariablesAsync()
    {
        if (!await IsFromAsync(1, 4))
            Xunit.Assert.Skip($"Nomad {await VersionAsync()} has no variables: they came with 1.4.");
    }

    public async Task<JsonNode> JsonAsync(params IReadOnlyList<string> arguments)
    {
        var result = await RunAsync(arguments);
        result.ExitCode.ShouldBe(0, result.ToString());
        return JsonNode.Parse(result.Output)!;
    }

    /// <summary>The one node: a server's agent has none of its own.</summary>
    public async Task<JsonNode> NodeAsync() =>
        await JsonAsync("node", "status", "-json", (string)(await JsonAsync("node", "status", "-json")).AsArray().Single()!["ID"]!);

    /// <summary>Writes a job file into <see cref="Directory"/>.</summary>
    /// <returns>Its path.</returns>
    public string Write(string id, string text)
    {
        var path = Path.Combine(Directory, $"{id.Replace('/', '_')}.nomad.hcl");
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Submits a job; it has to be accepted.</summary>
    public async Task SubmitAsync(string id, string text)
    {
        var result = await RunAsync("job", "run", "-detach", Write(id, text));
        result.ExitCode.ShouldBe(0, result.ToString());
    }

    /// <summary>The job's allocations as the list has them, the newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> AllocationsAsync(string job) =>
        [.. (await JsonAsync("alloc", "status", "-json")).AsArray()
            .OfType<JsonNode>()
            .Where(allocation => (string)allocation["JobID"]! == job)
            .OrderByDescending(allocation => (long)allocation["CreateIndex"]!)];

    /// <summary>Waits until the job's newest allocation is in one of these states.</summary>
    public async Task<JsonNode> AllocationAsync(string job, params string[] states)
    {
        JsonNode? found = null;
        await Eventually.TrueAsync(async () =>
        {
            found = await AllocationsAsync(job) is [var newest, ..] ? newest : null;
            return found is not null && states.Contains((string)found["ClientStatus"]!);
        }, $"an allocation of {job} that is {string.Join(" or ", states)}", describe: () => $"{found?["ClientStatus"]} {found?["TaskStates"]}");
        return found!;
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_agents.TrueForAll(agent => !agent.HasExited))
            await StopAgentAsync();
        _agents.ForEach(agent => agent.Dispose());
        try
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A real client keeps its mounts for a moment.
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>How the agents are started, the server's first.</summary>
    protected virtual IReadOnlyList<ProcessStartInfo> Agents()
    {
        Address = $"unix://{Directory}/n.sock";
        return
        [
            StartOf(["agent", .. AgentFlags, "-data-dir", DataDirectory, "-bind", Address, "-node", NodeName, "-host-volume", $"here={Directory}"]),
        ];
    }

    /// <summary>How the agent of the stand-in is started.</summary>
    protected virtual ProcessStartInfo StartOf(IReadOnlyList<string> arguments) => new(LocalExecutable, arguments);

    /// <summary>Stops all jobs and waits for their tasks: without -dev they survive their agent, and must not survive the test.</summary>
    protected async Task StopJobsAsync()
    {
        foreach (var job in (await RunAsync("job", "status")).Output.Split('\n').Skip(1).Select(line => line.Split(' ')[0]).Where(id => id.Length > 0))
            await RunAsync("job", "stop", "-yes", "-detach", job);
        await Eventually.TrueAsync(async () => (await RunAsync("alloc", "status", "-json")).Output is var output
            && !output.Contains("\"ClientStatus\": \"running\"", StringComparison.Ordinal)
            && !output.Contains("\"ClientStatus\": \"pending\"", StringComparison.Ordinal), "all tasks to end");
    }

    public static IReadOnlyList<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    private void AppendLog(string? line)
    {
        lock (_log)
            File.AppendAllText(Path.Combine(Directory, "agent.log"), line + "\n");
    }
}

/// <summary>What a run of the CLI came to.</summary>
public sealed record NomadResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Both streams; which of them Nomad chooses for a message is of no interest.</summary>
    public string All => Output + Errors;

    /// <summary>The whole of <c>Evaluation ID: x</c> in what was printed.</summary>
    public string EvaluationId => Output.Split('\n').Single(line => line.StartsWith("Evaluation ID", StringComparison.Ordinal)).Split([':', '='], 2)[1].Trim();

    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
}

/// <summary>One agent for all contract tests.</summary>
[CollectionDefinition(Name)]
public sealed class ContractAgent : ICollectionFixture<NomadFixture>
{
    public const string Name = "nomad contract";
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>
/// A nomad executable and an agent to talk to: the stand-in, unless REAL_NOMAD names a real one. That gets a dev
/// agent of its own, or the one that REAL_NOMAD_ADDR names. Jobs of a test should carry a name from
/// <see cref="UniqueId"/>, since all tests of a class share the agent.
/// </summary>
public class NomadFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly Lock _log = new();
    private int _ids;
    private IReadOnlyList<int>? _ports;
    private Process? _agent;

    public static string? RealExecutable => Environment.GetEnvironmentVariable("REAL_NOMAD") is { Length: > 0 } path ? path : null;

    public static bool IsReal => RealExecutable is not null;

    public static string LocalExecutable => Path.Combine(AppContext.BaseDirectory, "nomad");

    public string Executable => RealExecutable ?? LocalExecutable;

    public string Address { get; private set; } = "";

    /// <summary>A folder of this fixture alone, gone with it.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("nomad-test-").FullName;

    public string DataDirectory => Path.Combine(Directory, "data");

    public string NodeName => IsReal ? "real-test" : "local-test";

    /// <summary>More flags for the agent of the stand-in.</summary>
    protected virtual IReadOnlyList<string> AgentFlags => ["-dev"];

    /// <summary>Whether a real agent, too, finds its state again when it is started a second time.</summary>
    protected virtual bool KeepsState => false;

    public virtual async ValueTask InitializeAsync()
    {
        // Tasks of other users must be able to reach their folders below it.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Directory, (UnixFileMode)0x1ED);
        if (IsReal && Environment.GetEnvironmentVariable("REAL_NOMAD_ADDR") is { Length: > 0 } address)
        {
            Address = address;
            return;
        }

        await StartAgentAsync();
    }

    public async Task StartAgentAsync()
    {
        var start = IsReal ? await RealAgentAsync() : LocalAgent();
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["AGENT_MARK"] = "from the agent";
        start.Environment["VAULT_TOKEN"] = "not for tasks";
        start.Environment.Remove("NOMAD_ADDR");
        _agent = Process.Start(start)!;
        _agent.OutputDataReceived += (_, line) => AppendLog(line.Data);
        _agent.ErrorDataReceived += (_, line) => AppendLog(line.Data);
        _agent.BeginOutputReadLine();
        _agent.BeginErrorReadLine();
        await Eventually.TrueAsync(async () => (await RunAsync("node", "status")).Output.Contains(" ready", StringComparison.Ordinal),
            $"an agent in {Directory}", StartDeadline);
    }

    public int AgentProcessId => _agent!.Id;

    /// <summary>Ends the agent the hard way.</summary>
    public async Task KillAgentAsync()
    {
        _agent!.Kill();
        await _agent.WaitForExitAsync();
        _agent.Dispose();
        _agent = null;
    }

    /// <summary>Asks the agent to end.</summary>
    public async Task StopAgentAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_agent!.Id}"]);
        await _agent.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        _agent.Dispose();
        _agent = null;
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
        start.Environment["NOMAD_ADDR"] = Address;
        return Process.Start(start)!;
    }

    /// <summary>Skips the test where the Nomad that is asked has no variables.</summary>
    public async Task RequireVariablesAsync()
    {
        var version = (await RunAsync("version")).Output.Split(' ', '\n')[1].TrimStart('v').Split('-', '+')[0];
        if (Version.Parse(version) < new Version(1, 4))
            Xunit.Assert.Skip($"Nomad {version} has no variables: they came with 1.4.");
    }

    public async Task<JsonNode> JsonAsync(params IReadOnlyList<string> arguments)
    {
        var result = await RunAsync(arguments);
        result.ExitCode.ShouldBe(0, result.ToString());
        return JsonNode.Parse(result.Output)!;
    }

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
        if (_agent is { HasExited: false })
            await StopAgentAsync();
        _agent?.Dispose();
        try
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
        catch (IOException)
        {
            // A real client keeps its mounts for a moment.
        }

        GC.SuppressFinalize(this);
    }

    private ProcessStartInfo LocalAgent()
    {
        Address = $"unix://{Directory}/n.sock";
        return StartOf(
            ["agent", .. AgentFlags, "-data-dir", DataDirectory, "-bind", Address, "-node", NodeName, "-host-volume", $"here={Directory}"]);
    }

    /// <summary>How the agent of the stand-in is started.</summary>
    protected virtual ProcessStartInfo StartOf(IReadOnlyList<string> arguments) => new(LocalExecutable, arguments);

    private async Task<ProcessStartInfo> RealAgentAsync()
    {
        // Started again it must be where it was: its servers know each other by their addresses.
        var ports = _ports ??= FreePorts(3);
        Address = $"http://127.0.0.1:{ports[0]}";
        var config = Path.Combine(Directory, "agent.hcl");
        await File.WriteAllTextAsync(config, $$"""
            name      = "{{NodeName}}"
            data_dir  = "{{DataDirectory}}"
            bind_addr = "127.0.0.1"
            disable_update_check = true
            ports {
              http = {{ports[0]}}
              rpc  = {{ports[1]}}
              serf = {{ports[2]}}
            }
            advertise {
              http = "127.0.0.1"
              rpc  = "127.0.0.1"
              serf = "127.0.0.1"
            }
            server {
              enabled          = true
              bootstrap_expect = 1
            }
            client {
              enabled           = true
              network_interface = "lo"
              options {
                "driver.allowlist"     = "raw_exec"
                "fingerprint.denylist" = "consul,vault,env_aws,env_gce,env_azure,env_digitalocean,cni,bridge"
              }
              host_volume "here" {
                path = "{{Directory}}"
              }
            }
            plugin "raw_exec" {
              config {
                enabled = true
              }
            }
            """);
        System.IO.Directory.CreateDirectory(DataDirectory);
        return new ProcessStartInfo(RealExecutable!, KeepsState ? ["agent", $"-config={config}"] : ["agent", "-dev", $"-config={config}"]);
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

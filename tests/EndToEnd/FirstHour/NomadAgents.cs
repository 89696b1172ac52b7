using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;
using Tests.LocalNomad;
using Xunit;

namespace Tests.EndToEnd.FirstHour;

/// <summary>
/// A real Nomad of two agents, as people run it: a server that knows of no volume, and a client that can be ended and started again while
/// its tasks go on. Its nomad is found on <see cref="PathVariable"/>, by its name alone.
/// </summary>
internal sealed class NomadAgents(string executable, string folder) : IAsyncDisposable
{
    // A whole host in the root of each task would take the machine's time, and prove nothing more: each file is linked anew for every task.
    private static readonly string[] Folders =
    [
        "/bin", "/etc", "/lib", "/lib64", "/sbin", "/usr/bin", "/usr/sbin", "/usr/lib/locale", "/usr/share/zoneinfo/Etc", "/usr/share/postgresql-common",
        .. Directory.GetDirectories("/usr/lib", "*-linux-gnu").SelectMany(d => (string[])[$"{d}/gconv", $"{d}/security"]),
        .. Directory.GetDirectories("/usr/lib/postgresql").Select(d => $"{d}/bin"),
        .. Directory.GetDirectories("/usr/share/postgresql").SelectMany(Directory.GetDirectories).Where(d => !d.EndsWith("/man", StringComparison.Ordinal)),
    ];

    private static readonly string[] Files =
    [
        "/usr/share/zoneinfo/UTC",
        .. Directory.GetDirectories("/usr/lib", "*-linux-gnu").SelectMany(Directory.GetFiles),
        .. Directory.GetDirectories("/usr/lib/postgresql").SelectMany(d => Directory.GetFiles($"{d}/lib")),
        .. Directory.GetDirectories("/usr/share/postgresql").SelectMany(Directory.GetFiles),
    ];

    private readonly IReadOnlyList<int> _ports = NomadFixture.FreePorts(6);
    private Process? _server;
    private Process? _client;

    public string Address => $"http://127.0.0.1:{_ports[0]}";

    /// <summary>A folder that holds the executable under its usual name, before what this process has.</summary>
    public string PathVariable => $"{folder}/bin:{Environment.GetEnvironmentVariable("PATH")}";

    private string Volumes => Path.Combine(folder, "volumes.hcl");

    /// <summary>Skips the test where no real Nomad is named, or <c>exec</c> cannot be had.</summary>
    public static string Required()
    {
        Assert.SkipUnless(RealNomad.First is not null, $"{RealNomad.Variable} does not name a real Nomad.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "the driver exec needs a client agent that runs as root");
        return RealNomad.First!;
    }

    /// <summary>Starts both agents.</summary>
    /// <param name="client">More configuration of the client, as an operator would write it.</param>
    public async Task StartAsync(string client)
    {
        foreach (var name in new[] { "bin", "server", "client" })
            Directory.CreateDirectory(Path.Combine(folder, name), (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(Path.Combine(folder, "bin", "nomad"), executable);
        await File.WriteAllTextAsync(Path.Combine(folder, "server.hcl"), Common("server", 0) + "server {\n  enabled = true\n  bootstrap_expect = 1\n}\n", Wait.Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "client.hcl"), Common("client", 3) + $$"""
            client {
              enabled = true
              servers = ["127.0.0.1:{{_ports[1]}}"]
              network_interface = "lo"
              options = {
                "fingerprint.denylist" = "env_aws,env_gce,env_azure,env_digitalocean"
              }
              chroot_env {
            {{string.Join('\n', Folders.Concat(Files).Where(Path.Exists).Select(p => $"    \"{p}\" = \"{p}\""))}}
              }
            }
            """, Wait.Token);
        await File.WriteAllTextAsync(Volumes, client, Wait.Token);
        _server = Agent("server");
        await Wait.Until("a leader", async () => (await RunAsync("server", "members")).Out.Contains(" true ", StringComparison.Ordinal), 60);
        await StartClientAsync();
    }

    public async Task StartClientAsync()
    {
        _client = Agent("client", Volumes);
        await Wait.Until("a node that is ready", async () => await NodeAsync() == "ready", 60, () => File.ReadAllText(Path.Combine(folder, "client.log")));
    }

    /// <summary>Ends the client agent; its tasks go on.</summary>
    public async Task StopClientAsync(int signal)
    {
        Processes.Signal(_client!.Id, signal);
        await _client.WaitForExitAsync(Wait.Token).WaitAsync(TimeSpan.FromSeconds(60), Wait.Token);
        _client.Dispose();
        _client = null;
    }

    /// <summary>What the servers think of the node.</summary>
    public async Task<string> NodeAsync() =>
        (await RunAsync("node", "status", "-json")) is { ExitCode: 0, Out: var text } && JsonNode.Parse(text) is JsonArray { Count: > 0 } nodes ? (string)nodes[0]!["Status"]! : "";

    /// <summary>The servers keep a task whose node is away, as a group asks them to: from 1.3 on.</summary>
    public async Task<bool> WaitsForNodesAsync() => NomadFixture.VersionIn((await RunAsync("version")).Out) >= new Version(1, 3);

    public async Task<Outcome> RunAsync(params string[] arguments)
    {
        var info = new ProcessStartInfo(executable, arguments);
        info.Environment["NOMAD_ADDR"] = Address;
        using var run = new RunningBuild(info);
        return await run.End();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in new[] { _client, _server })
        {
            if (agent is { HasExited: false })
                agent.Kill();
            agent?.Dispose();
        }
        Processes.End(folder);
        foreach (var mount in File.ReadLines("/proc/self/mounts").Select(l => l.Split(' ')[1]).Where(m => m.StartsWith(folder, StringComparison.Ordinal)).Reverse().ToList())
        {
            using var unmount = Process.Start("umount", ["-l", mount]);
            await unmount.WaitForExitAsync(CancellationToken.None);
        }
    }

    private string Common(string name, int port) => string.Create(CultureInfo.InvariantCulture, $$"""
        name = "{{name}}-1"
        disable_update_check = true
        data_dir = "{{folder}}/{{name}}"
        bind_addr = "127.0.0.1"
        advertise {
          http = "127.0.0.1"
          rpc = "127.0.0.1"
          serf = "127.0.0.1"
        }
        ports {
          http = {{_ports[port]}}
          rpc = {{_ports[port + 1]}}
          serf = {{_ports[port + 2]}}
        }

        """);

    private Process Agent(string name, params string[] more)
    {
        string[] configurations = [Path.Combine(folder, $"{name}.hcl"), .. more];
        // The log goes to a file: a pipe would end with this process, and the agent of SIGPIPE.
        var info = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", Path.Combine(folder, $"{name}.log"), executable, "agent", .. configurations.Select(c => $"-config={c}")])
        {
            // What an agent leaves behind when it is ended is told by that.
            WorkingDirectory = folder,
        };
        foreach (var variable in info.Environment.Keys.Where(k => k.StartsWith("NOMAD_", StringComparison.Ordinal) || k == "AWS_CA_BUNDLE").ToList())
            info.Environment.Remove(variable);
        return Process.Start(info).ShouldNotBeNull();
    }
}

using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>The real Nomads that REAL_NOMAD names: one executable, or two that are joined by a colon, the newest first.</summary>
public static class RealNomad
{
    public const string Variable = "REAL_NOMAD";

    public static IReadOnlyList<string> Executables { get; } =
        (Environment.GetEnvironmentVariable(Variable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);

    public static string? First => Executables is [var first, ..] ? first : null;
}

/// <summary>
/// A server and a client of a real Nomad, as two agents with a state of their own: combined and with -dev they are spared much
/// of what happens to a cluster. Where the executable is not named, every test is skipped.
/// </summary>
public abstract class RealNomadFixture(int index) : NomadFixture
{
    private int _port;

    public override string Executable => RealNomad.Executables[index];

    public override bool IsReal => true;

    public bool IsThere => RealNomad.Executables.Count > index;

    /// <summary>Called by the constructor of each class of tests.</summary>
    /// <returns>This.</returns>
    public NomadFixture Required()
    {
        if (!IsThere)
            Assert.Skip($"{RealNomad.Variable} does not name {(index == 0 ? "a real Nomad" : "a second real Nomad (/path/to/newest:/path/to/older)")}.");
        return this;
    }

    public override ValueTask InitializeAsync() => IsThere ? base.InitializeAsync() : ValueTask.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        if (IsThere)
        {
            await StopJobsAsync();
            await StopAgentAsync();
            await UnmountAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override IReadOnlyList<ProcessStartInfo> Agents()
    {
        // Started again they must be where they were: a server knows itself and others by their addresses.
        if (_port == 0)
            _port = FreeRange(6);
        Address = $"http://127.0.0.1:{_port}";
        return [Agent("server", _port, Server), Agent("client", _port + 3, Client)];
    }

    private string Server => """
        server {
          enabled          = true
          bootstrap_expect = 1
        }
        """;

    private string Client => $$"""
        client {
          enabled           = true
          servers           = ["127.0.0.1:{{_port + 1}}"]
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
        """;

    private ProcessStartInfo Agent(string role, int port, string block)
    {
        var file = Path.Combine(Directory, $"{role}.hcl");
        var data = System.IO.Directory.CreateDirectory(Path.Combine(DataDirectory, role)).FullName;
        File.WriteAllText(file, $$"""
            name      = "{{(role == "client" ? NodeName : "server")}}"
            data_dir  = "{{data}}"
            bind_addr = "127.0.0.1"
            disable_update_check = true
            leave_on_interrupt = false
            ports {
              http = {{port}}
              rpc  = {{port + 1}}
              serf = {{port + 2}}
            }
            advertise {
              http = "127.0.0.1"
              rpc  = "127.0.0.1"
              serf = "127.0.0.1"
            }
            {{block}}
            """);
        return new ProcessStartInfo(Executable, ["agent", $"-config={file}"]);
    }

    // Below the ports that the kernel gives to clients, so that none of them takes one between this look and the agent's start.
    private static int FreeRange(int count)
    {
        while (true)
        {
            var first = 10_000 + (Random.Shared.Next(900) * 10);
            if (Enumerable.Range(first, count).All(IsFree))
                return first;
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // The folders of secrets are file systems of their own.
    private async Task UnmountAsync()
    {
        var mounts = (await File.ReadAllLinesAsync("/proc/mounts")).Select(line => line.Split(' ')[1])
            .Where(path => path.StartsWith(Directory + "/", StringComparison.Ordinal)).ToList();
        if (mounts.Count == 0)
            return;
        using var umount = Process.Start("umount", ["-l", "--", .. mounts]);
        await umount.WaitForExitAsync();
    }
}

/// <summary>The first of the real ones.</summary>
public sealed class FirstNomad() : RealNomadFixture(0);

/// <summary>The second of them, if there is one.</summary>
public sealed class SecondNomad() : RealNomadFixture(1);

[CollectionDefinition(Name)]
public sealed class FirstNomadContract : ICollectionFixture<FirstNomad>
{
    public const string Name = "nomad contract, first real one";
}

[CollectionDefinition(Name)]
public sealed class SecondNomadContract : ICollectionFixture<SecondNomad>
{
    public const string Name = "nomad contract, second real one";
}

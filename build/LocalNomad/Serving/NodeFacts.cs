using System.Runtime.InteropServices;
using LocalNomad.Commands;
using LocalNomad.Model;
using LocalNomad.Posix;
using LocalNomad.Scheduling;

namespace LocalNomad.Serving;

/// <summary>What the node says about itself.</summary>
internal static class NodeFacts
{
    public static Node Gather(string id, AgentOptions options, DateTimeOffset now)
    {
        var release = File.Exists("/etc/os-release")
            ? File.ReadLines("/etc/os-release").Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
                .ToDictionary(pair => pair[0], pair => pair[1].Trim('"'))
            : [];
        return new Node
        {
            ID = id,
            Name = options.NodeName,
            Datacenter = options.Datacenter,
            HTTPAddr = options.Address,
            HostVolumes = options.HostVolumes,
            Meta = options.Meta,
            StatusUpdatedAt = now.ToUnixTimeSeconds(),
            Drivers = new Dictionary<string, DriverInfo>
            {
                [Jobspec.Drivers.RawExec] = new(new Dictionary<string, string> { ["driver.raw_exec"] = "true" }, true, true, "Healthy", now.UtcDateTime),
            },
            Attributes = new Dictionary<string, string>
            {
                ["nomad.version"] = Program.Version,
                ["kernel.name"] = "linux",
                ["kernel.version"] = Environment.OSVersion.Version.ToString(),
                ["os.name"] = release.GetValueOrDefault("ID", "linux"),
                ["os.version"] = release.GetValueOrDefault("VERSION_ID", ""),
                ["os.signals"] = Signals.Names,
                ["cpu.arch"] = RuntimeInformation.OSArchitecture == Architecture.X64 ? "amd64" : "arm64",
                ["cpu.numcores"] = $"{Environment.ProcessorCount}",
                ["memory.totalbytes"] = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes}",
                ["unique.hostname"] = Environment.MachineName,
                ["unique.network.ip-address"] = "127.0.0.1",
                ["unique.storage.bytesfree"] = $"{new DriveInfo(options.DataDirectory).AvailableFreeSpace}",
                ["driver.raw_exec"] = "1",
            },
        };
    }

    /// <summary>The node keeps its id for as long as it keeps its data.</summary>
    public static string Identify(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "node-id");
        if (File.Exists(path))
            return File.ReadAllText(path).Trim();
        var id = Ids.New();
        Supervision.AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(id));
        return id;
    }
}

using LocalNomad.Commands;
using LocalNomad.Model;

namespace LocalNomad.Serving;

/// <summary>How an agent was asked to run.</summary>
internal sealed record AgentOptions
{
    /// <summary>Holds state, logs and task folders.</summary>
    public required string DataDirectory { get; init; }

    public required string Address { get; init; }

    public required string NodeName { get; init; }

    public required string Datacenter { get; init; }

    /// <summary>Whether tasks end with the agent, instead of being found again by the next one.</summary>
    public required bool Dev { get; init; }

    public required IReadOnlyDictionary<string, HostVolume> HostVolumes { get; init; }

    public required IReadOnlyDictionary<string, string> Meta { get; init; }

    public string SocketPath => AgentAddress.PathOf(Address);

    /// <exception cref="UsageException">A value is missing or not of its form.</exception>
    public static AgentOptions Read(CommandLine line)
    {
        var dev = line.Has("dev");
        var data = line.Text("data-dir");
        if (data is null && !dev)
            throw line.Misuse("Must specify \"-data-dir\" (or \"-dev\" for an agent that keeps nothing).");
        var directory = data is null ? Directory.CreateTempSubdirectory("nomad-dev-").FullName : Path.GetFullPath(data);
        var bind = line.Text("bind") ?? AgentAddress.Scheme + Path.Combine(directory, "nomad.sock");
        var options = new AgentOptions
        {
            DataDirectory = directory,
            Address = bind.StartsWith('/') ? AgentAddress.Scheme + bind : bind,
            NodeName = line.Text("node") ?? Environment.MachineName,
            Datacenter = line.Text("dc") ?? "dc1",
            Dev = dev,
            HostVolumes = Pairs(line, "host-volume").ToDictionary(pair => pair.Key, pair => pair.Value.EndsWith(":ro", StringComparison.Ordinal)
                ? new HostVolume(pair.Value[..^3], ReadOnly: true)
                : new HostVolume(pair.Value, ReadOnly: false)),
            Meta = Pairs(line, "meta").ToDictionary(),
        };
        try
        {
            _ = options.SocketPath;
        }
        catch (FormatException error)
        {
            throw line.Misuse($"Cannot listen: {error.Message}");
        }

        return options;
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(CommandLine line, string flag) =>
        line.Texts(flag).Select(text => text.Split('=', 2) is { Length: 2 } pair && pair[0].Length > 0 && pair[1].Length > 0
            ? KeyValuePair.Create(pair[0], pair[1])
            : throw line.Misuse($"-{flag} {text}: expected NAME=VALUE"));
}

using LocalNomad.Hcl;
using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>Reads groups. Policies given on the job hold for each of its groups unless these say otherwise.</summary>
internal sealed class GroupReader(Job job, HclBlock? update, HclBlock? restart, HclBlock? reschedule, List<Refusal> refusals)
{
    private bool IsService => job.Type == JobTypes.Service;

    public TaskGroup Read(HclBlock block)
    {
        var path = $"group \"{block.Labels[0]}\"";
        var reader = new BlockReader(block.Body);
        var restartPolicy = PolicyReader.Restart(reader.Block("restart"), PolicyReader.Restart(restart, DefaultRestart()));
        var tasks = new TaskReader(path, restartPolicy, refusals);
        var group = new TaskGroup
        {
            Name = block.Labels[0],
            Count = reader.Number("count") ?? 1,
            Meta = reader.Map("meta"),
            Constraints = PolicyReader.Constraints(reader),
            RestartPolicy = restartPolicy,
            ReschedulePolicy = PolicyReader.Reschedule(reader.Block("reschedule"), PolicyReader.Reschedule(reschedule, DefaultReschedule())),
            Update = ReadUpdate(reader.Block("update")),
            EphemeralDisk = ReadDisk(reader.Block("ephemeral_disk")),
            Networks = ReadNetworks(reader.Blocks("network", labels: 0), path),
            ShutdownDelay = reader.DurationOf("shutdown_delay"),
            StopAfterClientDisconnect = reader.DurationOf("stop_after_client_disconnect"),
            Disconnect = ReadDisconnect(reader.Block("disconnect")),
            MaxClientDisconnect = reader.DurationOf("max_client_disconnect"),
            Tasks = [.. reader.Blocks("task", labels: 1).Select(tasks.Read)],
        };
        PassiveBlocks.Note(reader, ["service", "volume", "vault", "affinity", "spread", "migrate", "scaling", "consul"], path, refusals);
        reader.Finish();
        if (group.Count > 1)
            refusals.Add(new Refusal($"{path} > count", $"{group.Count} instances were asked for, one node runs one"));
        if (group.ShutdownDelay > 0)
            refusals.Add(new Refusal($"{path} > shutdown_delay", "there are no services to take out of a catalogue first"));
        return SignalConstraints.Add(group);
    }

    /// <summary>A task straight under the job: Nomad makes it a group of its own.</summary>
    public TaskGroup ReadLoneTask(HclBlock block)
    {
        var restartPolicy = PolicyReader.Restart(restart, DefaultRestart());
        return SignalConstraints.Add(new TaskGroup
        {
            Name = block.Labels[0],
            RestartPolicy = restartPolicy,
            ReschedulePolicy = PolicyReader.Reschedule(reschedule, DefaultReschedule()),
            Update = ReadUpdate(null),
            Tasks = [new TaskReader("", restartPolicy, refusals).Read(block)],
        });
    }

    private UpdateStrategy? ReadUpdate(HclBlock? block)
    {
        var strategy = PolicyReader.Update(block, PolicyReader.Update(update, new UpdateStrategy()));
        return IsService ? strategy : null;
    }

    private RestartPolicy DefaultRestart() => IsService
        ? new RestartPolicy()
        : new RestartPolicy { Attempts = 3, Interval = Duration.Hour * 24 };

    private ReschedulePolicy DefaultReschedule() => IsService
        ? new ReschedulePolicy { Unlimited = true }
        : new ReschedulePolicy { Attempts = 1, Interval = Duration.Hour * 24, Delay = Duration.Second * 5, DelayFunction = "constant", MaxDelay = 0 };

    private static EphemeralDisk ReadDisk(HclBlock? block)
    {
        if (block is null)
            return new EphemeralDisk();
        var reader = new BlockReader(block.Body);
        var disk = new EphemeralDisk(reader.Flag("migrate") ?? false, reader.Number("size") ?? 300, reader.Flag("sticky") ?? false);
        reader.Finish();
        return disk;
    }

    // One node is never away from itself: it is kept to be shown and compared.
    private static DisconnectStrategy? ReadDisconnect(HclBlock? block)
    {
        if (block is null)
            return null;
        var reader = new BlockReader(block.Body);
        var disconnect = new DisconnectStrategy(
            reader.DurationOf("lost_after"), reader.DurationOf("stop_on_client_after"), reader.Flag("replace") ?? true, reader.Text("reconcile") ?? "best_score");
        reader.Finish();
        return disconnect;
    }

    private List<NetworkResource>? ReadNetworks(IReadOnlyList<HclBlock> blocks, string path)
    {
        if (blocks.Count == 0)
            return null;
        return [.. blocks.Select(block => ReadNetwork(block, path))];
    }

    private NetworkResource ReadNetwork(HclBlock block, string path)
    {
        var reader = new BlockReader(block.Body);
        var mode = reader.Text("mode") ?? "";
        if (mode is not ("" or "host"))
            refusals.Add(new Refusal($"{path} > network > mode", $"\"{mode}\" needs a network namespace of its own; only \"host\" is available"));
        var ports = reader.Blocks("port", labels: 1).Select(port => ReadPort(port, path)).ToList();
        PassiveBlocks.Note(reader, ["dns"], $"{path} > network", refusals);
        var network = new NetworkResource
        {
            Mode = mode,
            MBits = reader.Number("mbits") ?? 0,
            ReservedPorts = ports.Exists(port => port.Value > 0) ? ports.FindAll(port => port.Value > 0) : null,
            DynamicPorts = ports.Exists(port => port.Value == 0) ? ports.FindAll(port => port.Value == 0) : null,
        };
        reader.Finish();
        return network;
    }

    private PortLabel ReadPort(HclBlock block, string path)
    {
        var reader = new BlockReader(block.Body);
        var port = new PortLabel(
            block.Labels[0], reader.Number("static") ?? 0, reader.Number("to") ?? 0, reader.Text("host_network") ?? "default");
        reader.Finish();
        if (port.HostNetwork != "default")
            refusals.Add(new Refusal($"{path} > network > port \"{port.Label}\" > host_network", "this node has one network"));
        return port;
    }
}

using LocalNomad.Hcl;
using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>Reads tasks and notes what in them cannot run here.</summary>
internal sealed class TaskReader(string groupPath, RestartPolicy groupRestart, List<Refusal> refusals)
{
    public TaskDefinition Read(HclBlock block)
    {
        var path = groupPath.Length == 0 ? $"task \"{block.Labels[0]}\"" : $"{groupPath} > task \"{block.Labels[0]}\"";
        var reader = new BlockReader(block.Body);
        var templates = reader.Blocks("template", labels: 0).Select(template => ReadTemplate(template, path)).ToList();
        var config = reader.Block("config");
        var task = new TaskDefinition
        {
            Name = block.Labels[0],
            Driver = reader.Text("driver") ?? "",
            User = reader.Text("user") ?? "",
            Config = config is null ? null : BlockReader.Free(config.Body),
            Env = reader.Map("env"),
            Meta = reader.Map("meta"),
            Constraints = PolicyReader.Constraints(reader),
            Lifecycle = ReadLifecycle(reader.Block("lifecycle")),
            Leader = reader.Flag("leader") ?? false,
            KillSignal = reader.Text("kill_signal") ?? "",
            KillTimeout = reader.DurationOf("kill_timeout") ?? Duration.Second * 5,
            ShutdownDelay = reader.DurationOf("shutdown_delay") ?? 0,
            Kind = reader.Text("kind") ?? "",
            LogConfig = ReadLogs(reader.Block("logs")),
            Resources = ReadResources(reader.Block("resources"), path),
            RestartPolicy = PolicyReader.Restart(reader.Block("restart"), groupRestart),
            Templates = templates.Count == 0 ? null : templates,
        };
        PassiveBlocks.Note(reader,
            ["service", "volume_mount", "vault", "artifact", "affinity", "dispatch_payload", "csi_plugin", "scaling"], path, refusals);
        reader.Finish();
        if (task.Driver != Drivers.RawExec)
            refusals.Add(new Refusal($"{path} > driver", $"\"{task.Driver}\" is not available, only \"{Drivers.RawExec}\""));
        if (task.ShutdownDelay > 0)
            refusals.Add(new Refusal($"{path} > shutdown_delay", "there are no services to take out of a catalogue first"));
        return task;
    }

    private static Lifecycle? ReadLifecycle(HclBlock? block)
    {
        if (block is null)
            return null;
        var reader = new BlockReader(block.Body);
        var lifecycle = new Lifecycle(reader.Text("hook") ?? "", reader.Flag("sidecar") ?? false);
        reader.Finish();
        return lifecycle;
    }

    private static LogConfig ReadLogs(HclBlock? block)
    {
        if (block is null)
            return new LogConfig();
        var reader = new BlockReader(block.Body);
        var logs = new LogConfig(reader.Number("max_files") ?? 10, reader.Number("max_file_size") ?? 10);
        reader.Finish();
        return logs;
    }

    private TaskResources ReadResources(HclBlock? block, string path)
    {
        if (block is null)
            return new TaskResources();
        var reader = new BlockReader(block.Body);
        var resources = new TaskResources
        {
            CPU = reader.Number("cpu") ?? 100,
            Cores = reader.Number("cores") ?? 0,
            MemoryMB = reader.Number("memory") ?? 300,
            MemoryMaxMB = reader.Number("memory_max") ?? 0,
            DiskMB = reader.Number("disk") ?? 0,
        };
        PassiveBlocks.Note(reader, ["network", "device"], $"{path} > resources", refusals);
        reader.Finish();
        return resources;
    }

    private TaskTemplate ReadTemplate(HclBlock block, string taskPath)
    {
        var defaults = new TaskTemplate();
        var reader = new BlockReader(block.Body);
        var template = new TaskTemplate
        {
            EmbeddedTmpl = reader.Text("data") ?? "",
            SourcePath = reader.Text("source") ?? "",
            DestPath = reader.Text("destination") ?? "",
            ChangeMode = reader.Text("change_mode") ?? defaults.ChangeMode,
            ChangeSignal = reader.Text("change_signal") ?? "",
            Splay = reader.DurationOf("splay") ?? defaults.Splay,
            Perms = reader.Text("perms") ?? defaults.Perms,
            LeftDelim = reader.Text("left_delimiter") ?? defaults.LeftDelim,
            RightDelim = reader.Text("right_delimiter") ?? defaults.RightDelim,
            Envvars = reader.Flag("env") ?? false,
            VaultGrace = reader.DurationOf("vault_grace") ?? 0,
        };
        reader.Finish();
        var path = $"{taskPath} > template \"{template.DestPath}\"";
        if (template.SourcePath.Length > 0)
            refusals.Add(new Refusal($"{path} > source", "only templates whose text is in the job can be rendered"));
        if (template.EmbeddedTmpl.Length == 0 && template.SourcePath.Length == 0)
            throw new HclException(block.Position, "Invalid template", "Either \"data\" or \"source\" must be given.");
        foreach (var problem in TemplateText.Problems(template))
            refusals.Add(new Refusal(path, problem));
        return template;
    }
}

internal static class Drivers
{
    public const string RawExec = "raw_exec";
}

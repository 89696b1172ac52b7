using System.Collections.Frozen;
using LocalNomad.Hcl;

namespace LocalNomad.Jobspec;

/// <summary>
/// Blocks that a job may have and that cannot be run here. They are checked for their structure, so that a job for
/// a real cluster can be validated, and each is noted with the reason why it is refused when it comes to running.
/// </summary>
internal static class PassiveBlocks
{
    private sealed record Shape(string Reason, int Labels, string[] Attributes, string[] Blocks);

    private const string Consul = "services need Consul";
    private const string Mesh = "a service mesh needs Consul";

    // "*" as an attribute: any name, the content is free.
    private static readonly FrozenDictionary<string, Shape> Shapes = new Dictionary<string, Shape>
    {
        ["service"] = new(Consul, -1,
            ["name", "port", "tags", "canary_tags", "address_mode", "enable_tag_override", "task", "on_update", "provider"],
            ["check", "connect", "check_restart", "meta", "canary_meta"]),
        ["check"] = new(Consul, -1,
            ["name", "type", "command", "args", "path", "protocol", "port", "expose", "address_mode", "interval", "timeout", "initial_status",
                "tls_skip_verify", "method", "body", "grpc_service", "grpc_use_tls", "task", "success_before_passing", "failures_before_critical", "on_update"],
            ["header", "check_restart"]),
        ["header"] = new(Consul, 0, ["*"], []),
        ["check_restart"] = new(Consul, 0, ["limit", "grace", "ignore_warnings"], []),
        ["meta"] = new(Consul, 0, ["*"], []),
        ["canary_meta"] = new(Consul, 0, ["*"], []),
        ["connect"] = new(Mesh, 0, ["native"], ["sidecar_service", "sidecar_task", "gateway"]),
        ["sidecar_service"] = new(Mesh, 0, ["tags", "port", "disable_default_tcp_check"], ["proxy"]),
        ["proxy"] = new(Mesh, 0, ["local_service_address", "local_service_port"], ["upstreams", "expose", "config"]),
        ["upstreams"] = new(Mesh, 0, ["destination_name", "local_bind_port", "datacenter", "local_bind_address"], ["mesh_gateway"]),
        ["mesh_gateway"] = new(Mesh, 0, ["mode"], []),
        ["expose"] = new(Mesh, 0, [], ["path"]),
        ["path"] = new(Mesh, 0, ["path", "protocol", "local_path_port", "listener_port"], []),
        ["config"] = new(Mesh, 0, ["*"], []),
        ["gateway"] = new(Mesh, 0, ["*"], []),
        ["sidecar_task"] = new(Mesh, 0,
            ["name", "driver", "user", "kill_timeout", "shutdown_delay", "kill_signal"], ["config", "env", "meta", "resources", "logs"]),
        ["env"] = new(Mesh, 0, ["*"], []),
        ["resources"] = new(Mesh, 0, ["cpu", "cores", "memory", "memory_max"], []),
        ["logs"] = new(Mesh, 0, ["max_files", "max_file_size"], []),
        ["volume"] = new("volumes are a client's own configuration; name host paths in the task instead", 1,
            ["type", "source", "read_only", "per_alloc", "attachment_mode", "access_mode"], ["mount_options"]),
        ["mount_options"] = new("there are no CSI plugins", 0, ["fs_type", "mount_flags"], []),
        ["volume_mount"] = new("a task shares the host's file system; name host paths instead", 0,
            ["volume", "destination", "read_only", "propagation_mode"], []),
        ["vault"] = new("there is no Vault", 0, ["policies", "namespace", "env", "change_mode", "change_signal"], []),
        ["artifact"] = new("nothing is downloaded", 0, ["source", "destination", "mode"], ["options", "headers"]),
        ["options"] = new("nothing is downloaded", 0, ["*"], []),
        ["headers"] = new("nothing is downloaded", 0, ["*"], []),
        ["affinity"] = new("there is one node to choose from", 0, ["attribute", "operator", "value", "weight"], []),
        ["spread"] = new("there is one node to choose from", 0, ["attribute", "weight"], ["target"]),
        ["target"] = new("there is one node to choose from", 1, ["value", "percent"], []),
        ["migrate"] = new("there is no other node to migrate to", 0, ["max_parallel", "health_check", "min_healthy_time", "healthy_deadline"], []),
        ["multiregion"] = new("there is one region", 0, [], ["strategy", "region"]),
        ["strategy"] = new("there is one region", 0, ["max_parallel", "on_failure"], []),
        ["region"] = new("there is one region", 1, ["count", "datacenters"], ["meta"]),
        ["scaling"] = new("nothing scales on one node", -1, ["min", "max", "enabled", "type"], ["policy"]),
        ["policy"] = new("nothing scales on one node", 0, ["*"], []),
        ["consul"] = new("there is no Consul", 0, ["namespace"], []),
        ["dns"] = new("a task uses the host's resolver", 0, ["servers", "searches", "options"], []),
        ["dispatch_payload"] = new("only meta is passed on to a dispatched job", 0, ["file"], []),
        ["csi_plugin"] = new("there are no CSI plugins", 0, ["id", "type", "mount_dir"], []),
        ["network"] = new("networks stand on the group", 0, ["mbits", "mode"], ["port", "dns"]),
        ["port"] = new("networks stand on the group", 1, ["static", "to", "host_network"], []),
        ["device"] = new("the node has no devices to hand out", 1, ["count"], ["constraint", "affinity"]),
        ["constraint"] = new("the node has no devices to hand out", 0, ["attribute", "operator", "value"], []),
    }.ToFrozenDictionary();

    public static void Note(BlockReader parent, string[] types, string path, List<Refusal> refusals)
    {
        foreach (var type in types)
        {
            var shape = Shapes[type];
            foreach (var block in Find(parent, type, shape))
            {
                Check(block, shape);
                var label = block.Labels.Count == 0 ? type : $"{type} \"{block.Labels[0]}\"";
                refusals.Add(new Refusal($"{path} > {label}", shape.Reason));
            }
        }
    }

    private static void Check(HclBlock block, Shape shape)
    {
        if (shape.Attributes is ["*"])
            return;
        var reader = new BlockReader(block.Body);
        foreach (var attribute in shape.Attributes)
            reader.Take(attribute);
        foreach (var type in shape.Blocks)
        {
            var nested = Shapes[type];
            if (nested.Attributes is ["*"])
                reader.Take(type);
            foreach (var child in Find(reader, type, nested))
                Check(child, nested);
        }

        reader.Finish();
    }

    // Some blocks may be named by a label or not; -1 says so.
    private static IReadOnlyList<HclBlock> Find(BlockReader parent, string type, Shape shape) =>
        shape.Labels >= 0 ? parent.Blocks(type, shape.Labels) : parent.BlocksWithOptionalLabel(type);
}

using LocalNomad.Hcl;
using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>Turns the text of a job file into a job with Nomad's defaults filled in.</summary>
internal static class JobReader
{
    /// <exception cref="HclException">The text cannot be understood; the message names file, line and column.</exception>
    public static JobFile Read(string file, string text)
    {
        var root = new BlockReader(HclParser.Parse(file, text));
        var blocks = root.Blocks("job", labels: 1);
        root.Finish();
        if (blocks.Count != 1)
            throw new HclException(root.Position, "Missing job block", "A job file must have exactly one \"job\" block.");
        var refusals = new List<Refusal>();
        var job = ReadJob(blocks[0], refusals);
        return new JobFile(job, [.. refusals, .. VariableAccess.Refusals(job)]);
    }

    private static Job ReadJob(HclBlock block, List<Refusal> refusals)
    {
        var reader = new BlockReader(block.Body);
        var id = reader.Text("id") ?? block.Labels[0];
        var type = reader.Text("type") ?? JobTypes.Service;
        var update = reader.Block("update");
        var reschedule = reader.Block("reschedule");
        var restart = reader.Block("restart");
        var periodic = reader.Block("periodic");
        var parameterized = reader.Block("parameterized");
        var job = new Job
        {
            ID = id,
            Name = reader.Text("name") ?? block.Labels[0],
            Type = type,
            Region = reader.Text("region") ?? "global",
            Namespace = reader.Text("namespace") ?? "default",
            Priority = reader.Number("priority") ?? 50,
            AllAtOnce = reader.Flag("all_at_once") ?? false,
            Datacenters = reader.Texts("datacenters") ?? ["*"],
            Meta = reader.Map("meta"),
            Constraints = PolicyReader.Constraints(reader),
            Periodic = periodic is null ? null : ReadPeriodic(periodic),
            ParameterizedJob = parameterized is null ? null : ReadParameterized(parameterized),
        };
        PassiveBlocks.Note(reader, ["vault", "affinity", "spread", "migrate", "multiregion"], $"job \"{id}\"", refusals);
        foreach (var name in (string[])["consul_token", "vault_token"])
        {
            if (reader.Text(name) is { Length: > 0 })
                refusals.Add(new Refusal($"job \"{id}\" > {name}", "there is no Consul or Vault here"));
        }

        var groups = new GroupReader(job, update, restart, reschedule, refusals);
        var read = reader.Blocks("group", labels: 1).Select(groups.Read).ToList();
        var alone = reader.Blocks("task", labels: 1).Select(groups.ReadLoneTask).ToList();
        reader.Finish();
        return job with
        {
            TaskGroups = [.. read, .. alone],
            Update = type == JobTypes.Service
                ? new UpdateStrategy { HealthCheck = "", HealthyDeadline = 0, MinHealthyTime = 0, ProgressDeadline = 0 }
                : new UpdateStrategy { HealthCheck = "", HealthyDeadline = 0, MinHealthyTime = 0, ProgressDeadline = 0, MaxParallel = 0, Stagger = 0 },
        };
    }

    private static PeriodicConfig ReadPeriodic(HclBlock block)
    {
        var reader = new BlockReader(block.Body);
        var periodic = new PeriodicConfig
        {
            Spec = reader.Text("cron") ?? "",
            Enabled = reader.Flag("enabled") ?? true,
            ProhibitOverlap = reader.Flag("prohibit_overlap") ?? false,
            TimeZone = reader.Text("time_zone") ?? "UTC",
        };
        reader.Finish();
        return periodic;
    }

    private static ParameterizedConfig ReadParameterized(HclBlock block)
    {
        var reader = new BlockReader(block.Body);
        var parameterized = new ParameterizedConfig
        {
            Payload = reader.Text("payload") ?? "optional",
            MetaRequired = reader.Texts("meta_required"),
            MetaOptional = reader.Texts("meta_optional"),
        };
        reader.Finish();
        return parameterized;
    }
}

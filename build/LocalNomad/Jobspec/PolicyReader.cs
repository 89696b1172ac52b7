using LocalNomad.Hcl;
using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>Blocks that may stand on several levels of a job file, with the defaults of each level.</summary>
internal static class PolicyReader
{
    public static IReadOnlyList<Constraint>? Constraints(BlockReader parent)
    {
        var constraints = parent.Blocks("constraint", labels: 0).Select(ReadConstraint).ToList();
        return constraints.Count == 0 ? null : constraints;
    }

    public static RestartPolicy Restart(HclBlock? block, RestartPolicy defaults)
    {
        if (block is null)
            return defaults;
        var reader = new BlockReader(block.Body);
        var policy = new RestartPolicy
        {
            Attempts = reader.Number("attempts") ?? defaults.Attempts,
            Interval = reader.DurationOf("interval") ?? defaults.Interval,
            Delay = reader.DurationOf("delay") ?? defaults.Delay,
            Mode = reader.Text("mode") ?? defaults.Mode,
        };
        reader.Finish();
        return policy;
    }

    public static ReschedulePolicy Reschedule(HclBlock? block, ReschedulePolicy defaults)
    {
        if (block is null)
            return defaults;
        var reader = new BlockReader(block.Body);
        var policy = new ReschedulePolicy
        {
            Attempts = reader.Number("attempts") ?? defaults.Attempts,
            Interval = reader.DurationOf("interval") ?? defaults.Interval,
            Delay = reader.DurationOf("delay") ?? defaults.Delay,
            DelayFunction = reader.Text("delay_function") ?? defaults.DelayFunction,
            MaxDelay = reader.DurationOf("max_delay") ?? defaults.MaxDelay,
            Unlimited = reader.Flag("unlimited") ?? defaults.Unlimited,
        };
        reader.Finish();
        return policy;
    }

    public static UpdateStrategy Update(HclBlock? block, UpdateStrategy defaults)
    {
        if (block is null)
            return defaults;
        var reader = new BlockReader(block.Body);
        var update = new UpdateStrategy
        {
            AutoPromote = reader.Flag("auto_promote") ?? defaults.AutoPromote,
            AutoRevert = reader.Flag("auto_revert") ?? defaults.AutoRevert,
            Canary = reader.Number("canary") ?? defaults.Canary,
            HealthCheck = reader.Text("health_check") ?? defaults.HealthCheck,
            HealthyDeadline = reader.DurationOf("healthy_deadline") ?? defaults.HealthyDeadline,
            MaxParallel = reader.Number("max_parallel") ?? defaults.MaxParallel,
            MinHealthyTime = reader.DurationOf("min_healthy_time") ?? defaults.MinHealthyTime,
            ProgressDeadline = reader.DurationOf("progress_deadline") ?? defaults.ProgressDeadline,
            Stagger = reader.DurationOf("stagger") ?? defaults.Stagger,
        };
        reader.Finish();
        return update;
    }

    private static Constraint ReadConstraint(HclBlock block)
    {
        var reader = new BlockReader(block.Body);
        var constraint = new Constraint(
            reader.Text("attribute") ?? "", reader.Text("operator") ?? "=", reader.Text("value") ?? "");
        reader.Finish();
        return constraint;
    }
}

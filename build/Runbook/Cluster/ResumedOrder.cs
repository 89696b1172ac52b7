namespace Runbook.Cluster;

/// <summary>The order of a restore that was begun, read back from its state on the volume.</summary>
public static class ResumedOrder
{
    /// <summary>The order under the same id.</summary>
    public static RestoreOrder Of(RestoreState restore) => new()
    {
        Id = restore.Id,
        Source = restore.Source,
        Set = restore.Set,
        Target = new RecoveryTarget(
            Enum.TryParse<TargetKind>(restore.Target, ignoreCase: true, out var kind) ? kind : TargetKind.Immediate, restore.Value, restore.Exclusive),
        Timeline = restore.Timeline,
        Strategy = restore.Strategy,
        Pause = restore.Pause,
        Expect = restore.Expect,
    };
}

namespace Runbook.Cluster;

/// <summary>Targets as people read them, and as they are typed.</summary>
public static class TargetText
{
    /// <summary>The point in words; a time in UTC and as the operator's clock shows it.</summary>
    public static string InWords(RecoveryTarget target, TimeZoneInfo zone) => (target.Exclusive ? "before " : "") + (target.Kind switch
    {
        TargetKind.Time when TargetTime.Read(target.Value) is { } time => TargetTime.InWords(time, zone),
        TargetKind.Time => target.Value,
        TargetKind.Lsn => $"WAL position {target.Value}",
        TargetKind.Xid => $"transaction {target.Value}",
        TargetKind.Name => $"restore point {target.Value}",
        TargetKind.Immediate => "the end of the set",
        TargetKind.End => "the end of the directory's own WAL",
        _ => "the end of all WAL",
    });

    /// <summary>The option that asks for the point.</summary>
    public static string Typed(RecoveryTarget target) => target.Kind switch
    {
        TargetKind.Time when TargetTime.Read(target.Value) is { } time => $"--target-time '{TargetTime.Utc(time)}'",
        TargetKind.Name => $"--target-name '{target.Value.Replace("'", "'\\''", StringComparison.Ordinal)}'",
        TargetKind.Lsn or TargetKind.Xid => $"--target-{target.Word} {target.Value}",
        _ => $"--recovery-target {target.Word}",
    } + (target.Exclusive ? " --target-exclusive" : "");

    /// <summary>The options beside the target, with a blank before them.</summary>
    public static string Company(RestoreRequest request) =>
        (request.Timeline.Length > 0 ? $" --target-timeline {request.Timeline}" : "")
        + request.Strategy switch { RestoreStrategy.Online => " --online", RestoreStrategy.InPlace => " --in-place", _ => "" }
        + (request.Pause ? " --pause" : "");
}

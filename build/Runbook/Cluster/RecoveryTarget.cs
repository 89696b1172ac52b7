namespace Runbook.Cluster;

/// <summary>What kind of point recovery ends at.</summary>
public enum TargetKind
{
    /// <summary>As soon as the set is consistent: the state at the end of that backup.</summary>
    Immediate,

    /// <summary>At the end of all WAL that is left, archived or on the old disk.</summary>
    Latest,

    /// <summary>A moment, compared with the commit times in the WAL.</summary>
    Time,

    /// <summary>A WAL position.</summary>
    Lsn,

    /// <summary>The commit of a transaction.</summary>
    Xid,

    /// <summary>A restore point made with <c>pg_create_restore_point</c>.</summary>
    Name,

    /// <summary>At the end of a kept directory's own WAL: how Undo goes back.</summary>
    End,
}

/// <summary>Where recovery ends.</summary>
/// <param name="Kind">What kind of point.</param>
/// <param name="Value">The point as PostgreSQL takes it (<c>recovery_target_time</c> and its siblings); empty where the kind says it all.</param>
/// <param name="Exclusive">Recovery stops before the point, not behind it (<c>recovery_target_inclusive = off</c>).</param>
public sealed record RecoveryTarget(TargetKind Kind, string Value = "", bool Exclusive = false)
{
    /// <summary>The end of the set.</summary>
    public static RecoveryTarget Immediate { get; } = new(TargetKind.Immediate);

    /// <summary>Everything that is left.</summary>
    public static RecoveryTarget Latest { get; } = new(TargetKind.Latest);

    /// <summary>The word for the kind that scripts and the state on the volume use.</summary>
    public string Word => Kind.ToString().ToLowerInvariant();
}

/// <summary>The targets that have a name and no value: values of <c>--recovery-target</c>. Left out, <c>--backup-set latest</c>
/// means <see cref="Latest"/>, a label means <see cref="Immediate"/>.</summary>
public enum RestoreTarget
{
    /// <summary>As soon as the set is consistent.</summary>
    Immediate,

    /// <summary>At the end of all WAL that is left.</summary>
    Latest,
}

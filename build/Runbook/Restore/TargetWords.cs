using Runbook.Cluster;

namespace Runbook.Restore;

/// <summary>The words of the command line that say what Restore is to do; empty where a word was left out.</summary>
public sealed record TargetWords
{
    /// <summary><c>--backup-set</c>: a label, or <c>latest</c>.</summary>
    public string BackupSet { get; init; } = "";

    /// <summary><c>--recovery-target</c>.</summary>
    public RestoreTarget? RecoveryTarget { get; init; }

    /// <summary><c>--target-time</c>.</summary>
    public string Time { get; init; } = "";

    /// <summary><c>--target-lsn</c>.</summary>
    public string Lsn { get; init; } = "";

    /// <summary><c>--target-xid</c>.</summary>
    public string Xid { get; init; } = "";

    /// <summary><c>--target-name</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>--target-exclusive</c>.</summary>
    public bool Exclusive { get; init; }

    /// <summary><c>--target-timeline</c>.</summary>
    public string Timeline { get; init; } = "";

    /// <summary><c>--pause</c>.</summary>
    public bool Pause { get; init; }

    /// <summary><c>--online</c>.</summary>
    public bool Online { get; init; }

    /// <summary><c>--in-place</c>.</summary>
    public bool InPlace { get; init; }
}

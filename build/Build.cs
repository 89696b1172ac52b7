using Nuke.Common;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Wal;

/// <summary>The runbook's targets. Each is a few lines; what they do is in the rooms of <c>Runbook</c>.</summary>
public partial class Build : NukeBuild
{
    /// <summary>Runs the targets that were named; Status when none was.</summary>
    public static int Main() => Execute<Build>(x => x.Status);

    /// <summary>Parameters have no values yet but their defaults.</summary>
    public Build() => _defaults = Values();

    [Parameter("Backup set to restore: 'latest' for the newest set and all WAL after it, or a label for that set as it was at its end; or the label of the set to expire")]
    readonly string BackupSet = "";

    [Parameter("'latest': replay all archived WAL; 'immediate': stop at the end of the backup set. The newest set when --backup-set is not given")]
    readonly RestoreTarget? RecoveryTarget;

    [Parameter("Time to recover to, with Z or an offset: '2026-11-22 14:03:00Z'")]
    readonly string TargetTime = "";

    [Parameter("WAL position to recover to: 0/5000028")]
    readonly string TargetLsn = "";

    [Parameter("Id of the transaction to recover to")]
    readonly string TargetXid = "";

    [Parameter("Name of a restore point to recover to (pg_create_restore_point)")]
    readonly string TargetName = "";

    [Parameter("Stop before the time, position or transaction, not after it")]
    readonly bool TargetExclusive;

    [Parameter("Timeline to follow: a number, 'current' (that of the set) or 'latest'; that of the cluster when empty")]
    readonly string TargetTimeline = "";

    [Parameter("Stop at the target, read-only, to look at the data with Psql; then run Accept or Undo")]
    readonly bool Pause;

    [Parameter("Keep the server running while the copy is made and recovered; it is down only for the switch")]
    readonly bool Online;

    [Parameter("Overwrite the live data directory (when there is no space for a copy). Cannot be undone; asks for confirmation")]
    readonly bool InPlace;

    [Parameter("Id of the kept directory for Undo (default: the newest) or Discard ('all' for every one); Status lists them")]
    readonly string Id = "";

    [Parameter("Type of the backup to take: full, diff or incr")]
    readonly BackupType BackupType = BackupType.Full;

    [Parameter("Show the plan and stop")]
    readonly bool DryRun;

    [Parameter("Confirm without asking")]
    readonly bool Yes;

    [Parameter("Output format: text or json; Check also prometheus")]
    readonly OutputFormat Output = OutputFormat.Text;

    [Parameter("SQL to run instead of a shell")]
    readonly string Command = "";

    [Parameter("Job whose log is shown; default: the server")]
    readonly string Job = "";

    [Parameter("Continue to show new lines of the log")]
    readonly bool Follow;

    [Parameter("Path of the nomad executable; with it, the profile local uses a real Nomad")]
    readonly string Nomad = "";

    [Parameter("Path of the terraform or tofu executable (nomad.engine: terraform)")]
    readonly string Terraform = "";

    [Parameter("Run only the tests whose class or method matches; * is allowed at either end")]
    readonly string TestFilter = "";
}

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

    [Parameter("Backup set to restore: 'latest' for the newest with all WAL after it, a label for that set as it was at its end; or the set to expire (a label)")]
    readonly string BackupSet = "";

    [Parameter("Where recovery ends: 'immediate' at the end of the set, 'latest' after replaying all WAL; the newest set when --backup-set is left out")]
    readonly RestoreTarget? RecoveryTarget;

    [Parameter("Recovers to a moment: '2026-11-22 14:03:00Z', with Z or an offset")]
    readonly string TargetTime = "";

    [Parameter("Recovers to a WAL position: 0/5000028")]
    readonly string TargetLsn = "";

    [Parameter("Recovers to the commit of a transaction")]
    readonly string TargetXid = "";

    [Parameter("Recovers to a restore point made with pg_create_restore_point")]
    readonly string TargetName = "";

    [Parameter("Stops before the time, position or transaction, not behind it")]
    readonly bool TargetExclusive;

    [Parameter("Timeline to follow: a number, 'current' (the set's own) or 'latest'; the cluster's own when empty")]
    readonly string TargetTimeline = "";

    [Parameter("Stops at the target, read-only, to look at it with Psql; Accept goes on")]
    readonly bool Pause;

    [Parameter("The server serves while the copy is made and recovered; it is down only to switch over")]
    readonly bool Online;

    [Parameter("Restores over the live directory, for want of room; cannot be undone, and asks")]
    readonly bool InPlace;

    [Parameter("Kept directory for Undo (the newest when empty) or Discard ('all' for every one); Status lists them")]
    readonly string Id = "";

    [Parameter("Type of the backup to take: full, diff or incr")]
    readonly BackupType BackupType = BackupType.Full;

    [Parameter("Shows the plan and stops")]
    readonly bool DryRun;

    [Parameter("Answers yes to what would be asked")]
    readonly bool Yes;

    [Parameter("Format of what is printed: text or json; of Check also prometheus")]
    readonly OutputFormat Output = OutputFormat.Text;

    [Parameter("SQL to run instead of a shell")]
    readonly string Command = "";

    [Parameter("Job whose log is shown; the server's when empty")]
    readonly string Job = "";

    [Parameter("Goes on showing the log")]
    readonly bool Follow;

    [Parameter("The nomad executable; with it, the profile local uses a real Nomad")]
    readonly string Nomad = "";

    [Parameter("The terraform or tofu executable, where nomad.engine is terraform")]
    readonly string Terraform = "";

    [Parameter("Runs only the tests whose class or method matches, with * at either end")]
    readonly string TestFilter = "";
}

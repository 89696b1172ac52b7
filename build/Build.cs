using Nuke.Common;
using Runbook.Facts;
using Runbook.Plan;
using Runbook.Report;

/// <summary>The runbook's targets. Each is a few lines; what they do is in <c>Runbook/Procedures</c>.</summary>
public partial class Build : NukeBuild
{
    /// <summary>Runs the targets that were named; Status when none was.</summary>
    public static int Main() => Execute<Build>(x => x.Status);

    [Parameter("Backup set to restore: 'latest', or a label that Backups shows")]
    readonly string BackupSet = "";

    [Parameter("Where recovery ends: 'immediate' at the end of the set, 'latest' at the end of all archived WAL")]
    readonly RestoreTarget RecoveryTarget = RestoreTarget.Immediate;

    [Parameter("Type of the backup to take: full, diff or incr")]
    readonly BackupType BackupType = BackupType.Full;

    [Parameter("Shows the plan and stops")]
    readonly bool DryRun;

    [Parameter("Answers yes to what would be asked")]
    readonly bool Yes;

    [Parameter("Format of what is printed: text or json")]
    readonly OutputFormat Output = OutputFormat.Text;

    [Parameter("SQL to run instead of a shell")]
    readonly string Command = "";

    [Parameter("Job whose log is shown; the server's when empty")]
    readonly string Job = "";

    [Parameter("Goes on showing the log")]
    readonly bool Follow;

    [Parameter("The nomad executable; with it, the profile local uses a real Nomad")]
    readonly string Nomad = "";

    [Parameter("Runs only the tests whose class or method matches, with * at either end")]
    readonly string TestFilter = "";
}

using Nuke.Common;
using Runbook.Schedules;

public partial class Build
{
    [Parameter("Reason for the pause; Status shows it")]
    readonly string Reason = "";

    Target Schedule => _ => _
        .Description("Show the schedules: state, last run, next runs")
        .Executes(() => Carry(Needs.Look, async (w, ct) => w.Print(await w.ScheduleAsync(ct))));

    Target PauseSchedules => _ => _
        .Description("Pause the scheduled backups until ResumeSchedules. Needs --reason")
        .Executes(() => Change(Needs.Nomad, () => PausePlanner.Reason(Reason), async (w, reason, ct) =>
            await ScheduleProcedures.PauseAsync(await w.SessionAsync(ct), reason, w.Secrets(), DryRun, ct)));

    Target ResumeSchedules => _ => _
        .Description("Resume the scheduled backups")
        .After(PauseSchedules)
        .Executes(() => Change(Needs.Nomad, async (w, ct) => await ScheduleProcedures.ResumeAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct)));
}

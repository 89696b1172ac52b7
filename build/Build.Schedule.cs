using Nuke.Common;
using Runbook.Schedules;

public partial class Build
{
    [Parameter("Why the schedules are paused, for whoever finds them so")]
    readonly string Reason = "";

    Target Schedule => _ => _
        .Description("Shows the scheduled backups: state, last run, when they are due next")
        .Executes(() => Carry(Needs.Look, async (w, ct) => w.Print(await w.ScheduleAsync(ct))));

    Target PauseSchedules => _ => _
        .Description("Holds the scheduled backups back until ResumeSchedules; needs --reason")
        .Executes(() => Change(Needs.Nomad, () => PausePlanner.Reason(Reason), async (w, reason, ct) =>
            await ScheduleProcedures.PauseAsync(await w.SessionAsync(ct), reason, w.Secrets(), DryRun, ct)));

    Target ResumeSchedules => _ => _
        .Description("Brings the scheduled backups back")
        .After(PauseSchedules)
        .Executes(() => Change(Needs.Nomad, async (w, ct) => await ScheduleProcedures.ResumeAsync(await w.SessionAsync(ct), w.Secrets(), DryRun, ct)));
}

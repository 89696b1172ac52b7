using Nuke.Common;
using Runbook.Status;

public partial class Build
{
    [Parameter("Number of runs that History shows")]
    readonly int Last = 20;

    Target Status => _ => _
        .Description("Show the state of the cluster and the next command")
        .Executes(() => Carry(Needs.Look, async (w, ct) => w.Print(await w.StatusAsync(ct))));

    Target Check => _ => _
        .Description("Check the health of the cluster and its backups. Exit code 0: healthy; 5: warnings; 1: critical")
        .Executes(() => Carry(Needs.Look, async (w, ct) => await w.CheckAsync(ct), prometheus: true));

    Target Doctor => _ => _
        .Description("Check what a cluster needs on this machine, in Nomad and on the node, with a remedy for each problem. Exit codes as Check")
        .Executes(() => Carry(Needs.Look, async (w, ct) => await w.DoctorAsync(ct)));

    Target Logs => _ => _
        .Description("Show the log of the server, or of --job")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) => await Look.LogsAsync(await w.SessionAsync(ct), Job, Follow, w.Print, ct)));

    Target Psql => _ => _
        .Description("Open psql on the server, or run --command")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) => await Look.PsqlAsync(await w.SessionAsync(ct), Command, w.Terminal, w.SayBeside, ct)));

    Target History => _ => _
        .Description("List recorded runs, newest first: operator, target, time, result")
        .Executes(() => Carry(Needs.Look, async (w, ct) => w.Print(await w.HistoryAsync(Last, ct))));
}

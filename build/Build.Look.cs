using Nuke.Common;
using Runbook.Status;

public partial class Build
{
    [Parameter("How many runs History shows")]
    readonly int Last = 20;

    Target Status => _ => _
        .Description("Says what the cluster is doing and what to do next")
        .Executes(() => Carry(Needs.Look, async (w, ct) => w.Print(await w.StatusAsync(ct))));

    Target Check => _ => _
        .Description("Says whether the cluster and its backups are healthy: ends with 0, with 5 for warnings, with 1 when something is critical")
        .Executes(() => Carry(Needs.Look, async (w, ct) => await w.CheckAsync(ct), prometheus: true));

    Target Doctor => _ => _
        .Description("Says what a cluster needs on this machine, in Nomad and on the node, what is there, and each remedy; ends as Check does")
        .Executes(() => Carry(Needs.Look, async (w, ct) => await w.DoctorAsync(ct)));

    Target History => _ => _
        .Description("Lists who did what to the cluster, when, and how it ended; newest first")
        .Executes(() => Carry(Needs.Look, async (w, ct) => w.Print(await w.HistoryAsync(Last, ct))));

    Target Logs => _ => _
        .Description("Shows the log of the server, or of --job")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) => await Look.LogsAsync(await w.SessionAsync(ct), Job, Follow, w.Print, ct)));

    Target Psql => _ => _
        .Description("Opens psql on the server, or runs --command")
        .Executes(() => Carry(Needs.Nomad, async (w, ct) => await Look.PsqlAsync(await w.SessionAsync(ct), Command, w.Terminal, w.SayBeside, ct)));
}

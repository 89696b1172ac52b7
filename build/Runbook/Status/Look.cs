using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Output;
using Runbook.Run;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Status;

/// <summary>What only looks: Status, Logs, Psql.</summary>
public static class Look
{
    /// <summary>What the cluster is doing.</summary>
    public static async Task<string> StatusAsync(Session session, CommandOptions typed, OutputFormat format, CancellationToken ct)
    {
        var holder = session.Lock.HolderAsync(ct);
        var facts = await session.Reader.LookAsync(ct);
        return Status(StatusReport.Document(session.Settings, typed, facts, await holder, await OnHostAsync(session, facts, ct)), typed, format, session.Time);
    }

    /// <summary>A libpq string for the host of the server.</summary>
    public static async Task<string> ConnectionAsync(Session session, CancellationToken ct) =>
        StatusReport.Connection(await OnHostAsync(session, HostView.MayDiffer(session.Settings) ? await session.Reader.ReadJobsAsync(ct) : null, ct));

    private static async Task<ClusterSettings> OnHostAsync(Session session, ClusterFacts? facts, CancellationToken ct) =>
        HostView.MayDiffer(session.Settings)
            ? HostView.Of(session.Settings, facts?.Host ?? await session.Nomad.NodeOfAsync(facts?.LastServer ?? facts?.Allocations.LastOrDefault(), ct))
            : session.Settings;

    /// <summary>The status of a cluster of which nothing exists.</summary>
    public static string AbsentStatus(ClusterSettings settings, CommandOptions typed, OutputFormat format, TimeProvider time) =>
        Status(StatusReport.Document(settings, typed, new ClusterFacts { ServerJob = settings.Postgres.JobName }, holder: null), typed, format, time);

    /// <summary>The log of the newest allocation of a job: standard output, then standard error, where servers speak.</summary>
    /// <exception cref="RunbookException">It has none.</exception>
    public static async Task LogsAsync(Session session, string job, bool follow, Action<string> print, CancellationToken ct)
    {
        var id = job.Length > 0 ? job : session.Settings.Postgres.JobName;
        var allocation = (await session.Nomad.AllocationsAsync(ct)).LastOrDefault(a => a.BelongsTo(id))
            ?? throw RunbookException.Refused(
                $"job {id} has no allocation, so no log; jobs of this cluster: {string.Join(", ", session.Reader.JobIds)}", "./build.sh Status");
        var task = TaskOf(allocation);
        if (follow && !allocation.Ended)
        {
            await Task.WhenAll(
                session.Nomad.FollowLogsAsync(allocation.Id, task, standardError: true, print, ct),
                session.Nomad.FollowLogsAsync(allocation.Id, task, standardError: false, print, ct));
            return;
        }
        var end = allocation.Tasks.Where(t => t.Name == task).SelectMany(t => t.Events.Where(e => e.Type is "Driver Failure" or "Terminated").TakeLast(1).Select(e => (Event: e, t.StartedSince)))
            .Select(e => (Text: $"({allocation.JobId}: {e.Event.Type} {Words.At(e.Event.At)}, {e.Event.Message})", e.StartedSince)).LastOrDefault();
        // Of a task that was started again since, the newest lines are of a later run than that end.
        if (end is { StartedSince: true })
            print($"{end.Text}; it was started again since");
        foreach (var standardError in (bool[])[false, true])
        {
            var log = await session.Nomad.LogsAsync(allocation, task, standardError, ct);
            if (log.Length > 0)
                print(log.TrimEnd('\n'));
        }
        if (end is { StartedSince: false, Text: { } text })
            print(text);
    }

    // Consul Connect puts a proxy into the group, and "connect-proxy-..." comes first in the alphabet.
    private static string TaskOf(NomadAllocation allocation) =>
        (allocation.Tasks.FirstOrDefault(t => t.Name == NodeChannel.ServerTask)
            ?? allocation.Tasks.FirstOrDefault(t => !t.Name.StartsWith("connect-", StringComparison.Ordinal))
            ?? allocation.Tasks.FirstOrDefault())?.Name ?? NodeChannel.ServerTask;

    /// <summary>A psql on the running server, or on the staged one while a restore is paused: a shell, or one command.</summary>
    /// <param name="session">With the cluster.</param>
    /// <param name="command">SQL to run; empty for a shell.</param>
    /// <param name="terminal">A person can type.</param>
    /// <param name="say">Tells the operator, beside what psql prints.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">No server runs, or the command failed.</exception>
    public static async Task PsqlAsync(Session session, string command, bool terminal, Action<string> say, CancellationToken ct)
    {
        var socket = session.Settings.Volumes.Socket.Path;
        var staged = await StagedAsync(session, ct);
        var allocation = staged ?? await new ServerQuery(session.Settings, session.Nomad).AllocationAsync(ct)
            ?? throw RunbookException.Refused("no server of this cluster runs", "./build.sh Status");
        if (staged is not null)
        {
            socket = StagedSocket(session.Settings);
            say("this is the restored copy at its target, read-only; then run ./build.sh Accept or ./build.sh Undo");
        }
        string[] arguments = command.Length > 0 ? ["-v", "ON_ERROR_STOP=1", "-c", command] : [];
        // The command itself, not a script on standard input: that one belongs to psql.
        var script = ServerQuery.Psql(session.Settings, socket, SessionOptions.Operator, arguments);
        var code = await session.Nomad.ExecInteractiveAsync(
            allocation.Id, session.Node.TaskOf(allocation), terminal && command.Length == 0, script, ct);
        if (code != 0)
            throw new RunbookException(ExitCode.Failed, $"psql ended with {code}");
    }

    /// <summary>The folder in which the staged server listens: beside the socket of the server, open to the operator alone.</summary>
    public static string StagedSocket(ClusterSettings settings) => $"{settings.Volumes.Socket.Path.TrimEnd('/')}/restore";

    /// <summary>The task of a restore that is paused; null when there is none. Asked only where a restore runs: psql is quick otherwise.</summary>
    private static async Task<NomadAllocation?> StagedAsync(Session session, CancellationToken ct)
    {
        var running = (await session.Nomad.AllocationsAsync(ct)).LastOrDefault(a =>
            a.BelongsTo(session.Settings.Pgbackrest.RestoreJobName) && a is { ClientStatus: "running", DesiredStatus: "run" });
        if (running is null)
            return null;
        var node = NodeFacts.Parse(await session.Node.AskAsync("facts", "", running, ct), session.Settings.Pgbackrest.Stanza);
        return node.Restore is { Paused: true } ? running : null;
    }

    private static string Status(StatusDocument document, CommandOptions typed, OutputFormat format, TimeProvider time) =>
        format == OutputFormat.Json ? StatusReport.Json(document) : StatusReport.Text(document, typed, time.GetUtcNow());
}

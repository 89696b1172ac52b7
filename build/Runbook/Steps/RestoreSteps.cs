using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>Carries out the steps of a restore that the node does in a job of its own or is told in a word.</summary>
public sealed class RestoreSteps(
    ClusterSettings settings, NomadClient nomad, Dispatcher dispatcher, NodeChannel node, string person, IRunListener listener, TimeProvider time)
{
    private static readonly TimeSpan RestoreLimit = TimeSpan.FromHours(24);
    private static readonly TimeSpan AskLimit = TimeSpan.FromMinutes(3);

    // Removing, or moving back, a directory of terabytes takes its time.
    private static readonly TimeSpan FilesLimit = TimeSpan.FromHours(1);

    /// <summary>Runs the job.</summary>
    /// <exception cref="RunbookException">It failed, or did not do what was ordered.</exception>
    public Task RunAsync(RunRestore step, CancellationToken ct) => WatchAsync(
        step.Order, step.Accepted,
        (onLine, leaveAt) => dispatcher.RunAsync(
            settings.Pgbackrest.RestoreJobName,
            RestoreMeta.Of(step.Order).Append(("operator", person)).ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal),
            RestoreLimit, onLine, whileRunning: null, ct, leaveAt), ct);

    /// <summary>Waits for one that somebody else has begun.</summary>
    /// <exception cref="RunbookException">It failed, or did not do what was ordered.</exception>
    public Task FollowAsync(FollowRestore step, CancellationToken ct) => WatchAsync(
        step.Order, step.Accepted,
        (onLine, leaveAt) => dispatcher.AttachAsync(step.JobId, RestoreLimit, onLine, whileRunning: null, ct, leaveAt), ct);

    /// <summary>Lets a paused restore go on.</summary>
    public Task AcceptAsync(AcceptRestore step, CancellationToken ct) => TellAsync("accept", step.Id, AskLimit, ct);

    /// <summary>Gives up a restore.</summary>
    public Task CancelAsync(CancelRestore step, CancellationToken ct) => TellAsync("cancel", step.Id, FilesLimit, ct);

    /// <summary>Removes a kept directory.</summary>
    public Task DiscardAsync(DiscardKept step, CancellationToken ct) => TellAsync("discard", step.Id, FilesLimit, ct);

    /// <summary>Makes a restore history.</summary>
    public Task FinishAsync(FinishRestore step, CancellationToken ct) => TellAsync("finish", step.Id, AskLimit, ct);

    private async Task TellAsync(string operation, string id, TimeSpan limit, CancellationToken ct)
    {
        var said = await node.AskAsync(operation, id, await RunningAsync(ct), ct, limit);
        foreach (var line in said.Split('\n', StringSplitOptions.TrimEntries).Where(RestoreWatch.IsSentence))
            listener.Note(line);
    }

    private async Task WatchAsync(
        RestoreOrder order, bool accepted, Func<Action<string>, Func<string, bool>?, Task<Dispatched>> run, CancellationToken ct)
    {
        var watch = new RestoreWatch(listener, time, ProgressAsync);
        var paused = $"fact paused {order.Id}";
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var looking = watch.LookAsync(done.Token);
        Dispatched child;
        try
        {
            child = await run(watch.OnLine, order.Pause && !accepted ? line => line.TrimEnd() == paused : null);
        }
        finally
        {
            await done.CancelAsync();
            await looking;
        }
        if (child.Allocation.Ended)
            EnsureDone(order, child);
        else
            await SayPausedAsync(ct);
    }

    private void EnsureDone(RestoreOrder order, Dispatched child)
    {
        if (!child.Allocation.Succeeded)
            throw Failed(order, child);
        // The job ends by reading out what stands on the volume: the state that everybody else will see.
        var left = NodeFacts.Parse(child.Output, settings.Pgbackrest.Stanza).Restore;
        var expected = order.Strategy == RestoreStrategy.Online ? "ready" : "restored";
        if (left is null || left.Id != order.Id || left.Phase != expected)
            throw new RunbookException(ExitCode.Failed, $"the restore job succeeded, but restore {order.Id} is not {(expected == "ready" ? "ready" : "in place")}")
            {
                State = $"phase {left?.Phase ?? "none"}",
                Next = $"./build.sh Logs --job {child.JobId}",
            };
        if (Reached.Line(left) is { Length: > 0 } line)
            listener.Note(line);
        if (left.Unarchived > 0)
            listener.Warn($"{left.Unarchived} WAL segments could not be archived; they stay in the pg_wal of the kept directory {order.Id}");
    }

    private async Task SayPausedAsync(CancellationToken ct)
    {
        listener.Note("it is paused at the target, read-only: the job keeps running");
        if (await FactsAsync(ct) is { Restore: { } restore, Progress: var progress } && Reached.Line(restore, progress) is { Length: > 0 } line)
            listener.Note(line);
    }

    private async Task<RestoreProgress?> ProgressAsync(CancellationToken ct) => (await FactsAsync(ct))?.Progress;

    /// <summary>What the node says of itself, asked beside a task that runs; null when none does or it gives no answer.</summary>
    private async Task<NodeFacts?> FactsAsync(CancellationToken ct)
    {
        try
        {
            return await RunningAsync(ct) is { } beside && await node.TryAsync("facts", "", beside, AskLimit, ct) is { ExitCode: 0 } said
                ? NodeFacts.Parse(said.Output, settings.Pgbackrest.Stanza)
                : null;
        }
        catch (RunbookException)
        {
            // Only looked at for the operator's sake.
            return null;
        }
    }

    private async Task<NomadAllocation?> RunningAsync(CancellationToken ct)
    {
        var running = (await nomad.AllocationsAsync(ct)).Where(a => a is { ClientStatus: "running", DesiredStatus: "run" }).ToList();
        return running.LastOrDefault(a => a.JobId == settings.Postgres.JobName)
            ?? running.LastOrDefault(a => a.BelongsTo(settings.Pgbackrest.RestoreJobName));
    }

    private static RunbookException Failed(RestoreOrder order, Dispatched child) =>
        new(ExitCode.Failed, $"{child.JobId.Split('/')[0]} failed: {child.Reason}")
        {
            State = order.Strategy switch
            {
                RestoreStrategy.Online => "the server serves what it served before",
                RestoreStrategy.InPlace => "the server is stopped; its directory may be half restored",
                _ => "the server is stopped; the previous data is still there, see Status",
            },
            Next = order.Source != RestoreOrder.Repository
                ? $"./build.sh Undo --id {order.Source}: it continues from what is there"
                : $"the same Restore again: it continues from what is there{(order.Strategy == RestoreStrategy.InPlace ? "" : $"; ./build.sh Undo --id {order.Id} cancels it")}",
        };
}

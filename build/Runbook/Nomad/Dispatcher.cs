namespace Runbook.Nomad;

/// <summary>Runs children of parameterized jobs and waits for their end: that a child was accepted says nothing.</summary>
public sealed class Dispatcher(NomadClient nomad, TimeProvider time)
{
    private static readonly TimeSpan PlacementLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    // An allocation may be missing from one list, as when the servers change their leader.
    private static readonly TimeSpan GoneLimit = TimeSpan.FromSeconds(10);

    /// <summary>Dispatches, waits and collects.</summary>
    /// <param name="jobId">The parameterized job.</param>
    /// <param name="meta">Meta of the child; no secrets: Nomad shows it.</param>
    /// <param name="limit">How long the child may run.</param>
    /// <param name="onLine">Receives the child's output while it runs; null to only collect.</param>
    /// <param name="whileRunning">Called once with the running allocation, for what must be handed to it.</param>
    /// <param name="ct">Stops the child and waits for its end before it throws.</param>
    /// <param name="leaveAt">A line after which the child is left running on purpose.</param>
    /// <param name="startLimit">How long it may take to start; two minutes when not given.</param>
    /// <returns>The child, ended, well or not; or left running.</returns>
    /// <exception cref="RunbookException">It could not be placed or did not end in time; it was stopped.</exception>
    public async Task<Dispatched> RunAsync(
        string jobId, IReadOnlyDictionary<string, string> meta, TimeSpan limit, Action<string>? onLine,
        Func<NomadAllocation, Task>? whileRunning, CancellationToken ct, Func<string, bool>? leaveAt = null, TimeSpan? startLimit = null)
    {
        var child = await nomad.DispatchAsync(jobId, meta, ct);
        return await AttachAsync(child, limit, onLine, whileRunning, ct, leaveAt, startLimit);
    }

    /// <summary>The same for a child that someone else dispatched and left.</summary>
    public async Task<Dispatched> AttachAsync(
        string child, TimeSpan limit, Action<string>? onLine, Func<NomadAllocation, Task>? whileRunning, CancellationToken ct,
        Func<string, bool>? leaveAt = null, TimeSpan? startLimit = null)
    {
        var lines = new Lines(onLine, leaveAt);
        NomadAllocation seen;
        try
        {
            seen = await FollowAsync(child, limit, startLimit ?? PlacementLimit, lines, whileRunning, ct);
            if (!seen.Ended)
                return await CollectAsync(child, seen, lines, ct);
        }
        catch (Exception e) when (e is OperationCanceledException or RunbookException)
        {
            // Nothing that we started is left running behind an operator's back.
            await StopAsync(child);
            throw;
        }
        return await CollectAsync(child, seen, lines, ct);
    }

    /// <summary>Stops a job and waits until its tasks have really ended.</summary>
    public async Task StopAsync(string jobId)
    {
        await nomad.StopAsync(jobId, purge: false, CancellationToken.None);
        await new Deadline(time, StopLimit).UntilAsync(
            async () => (await nomad.AllocationsAsync(CancellationToken.None)).Where(a => a.JobId == jobId).All(a => a.Ended) ? "" : null,
            CancellationToken.None);
    }

    private async Task<NomadAllocation> FollowAsync(
        string child, TimeSpan limit, TimeSpan startLimit, Lines lines, Func<NomadAllocation, Task>? whileRunning, CancellationToken ct)
    {
        var placement = new PlacementWatch(nomad, time);
        var placed = await new Deadline(time, startLimit).UntilAsync(
            async () =>
            {
                if (await LatestAsync(child, ct) is not { } a)
                {
                    ThrowIfUnplaced(child, await placement.LookAsync(child, ct));
                    return null;
                }
                ThrowIfWaiting(child, a);
                return a.Ended || a.ClientStatus == "running" ? a : null;
            }, ct)
            ?? throw new UnplacedException($"Nomad did not start {child} within {startLimit.TotalSeconds:0} s")
            {
                State = "the job was stopped again",
                Next = "nomad node status tells whether the agent of the node is there; ./build.sh Doctor shows what the nodes lack",
            };
        var task = placed.Tasks.FirstOrDefault()?.Name ?? "";
        using var follow = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var following = lines.AreWanted && !placed.Ended
            ? IgnoreEndAsync(nomad.FollowLogsAsync(placed.Id, task, standardError: false, lines.Live, follow.Token))
            : Task.CompletedTask;
        var looked = time.GetTimestamp();
        try
        {
            if (whileRunning is not null && !placed.Ended)
                await whileRunning(placed);
            var seen = time.GetTimestamp();
            return await new Deadline(time, limit).UntilAsync(
                async () =>
                {
                    var latest = await LatestAsync(child, ct);
                    if (latest is { } a && (a.Ended || lines.Left))
                        return a;
                    if (latest is not null)
                        seen = time.GetTimestamp();
                    else if (time.GetElapsedTime(seen) >= GoneLimit)
                        seen = await ThrowIfRemovedAsync(child, ct);
                    // Following is best effort; what must be seen is looked for in the whole log as well.
                    if (lines.MayLeave && time.GetElapsedTime(looked) >= LookEvery)
                    {
                        lines.Whole(await nomad.LogsSoFarAsync(placed, task, standardError: false, ct), ended: false);
                        looked = time.GetTimestamp();
                    }
                    return null;
                }, ct)
                ?? throw new RunbookException(ExitCode.Failed, $"{child} did not end within {limit.TotalMinutes:0} min")
                {
                    State = "it was stopped",
                    Next = $"./build.sh Logs --job {child}",
                };
        }
        finally
        {
            // A follower may outlive its task, or lag behind its end: the whole log decides what has not been shown yet.
            await follow.CancelAsync();
            await following;
        }
    }

    private async Task<Dispatched> CollectAsync(string child, NomadAllocation seen, Lines lines, CancellationToken ct)
    {
        var task = seen.Tasks.FirstOrDefault()?.Name ?? "";
        var error = LogAsync(seen, task, standardError: true, ct);
        var output = await LogAsync(seen, task, standardError: false, ct);
        lines.Whole(output, seen.Ended);
        return new Dispatched(child, seen, output, await error);
    }

    // An end is judged by what was written: one that cannot be read is no empty one.
    private Task<string> LogAsync(NomadAllocation allocation, string task, bool standardError, CancellationToken ct) => allocation.Ended
        ? nomad.LogsAsync(allocation, task, standardError, ct)
        : nomad.LogsSoFarAsync(allocation, task, standardError, ct);

    private async Task<NomadAllocation?> LatestAsync(string child, CancellationToken ct) =>
        (await nomad.AllocationsAsync(ct)).LastOrDefault(a => a.JobId == child);

    /// <returns>When it was seen that Nomad has the job.</returns>
    private async Task<long> ThrowIfRemovedAsync(string child, CancellationToken ct) => await nomad.JobAsync(child, ct) is not null
        ? time.GetTimestamp()
        : throw new RunbookException(ExitCode.Failed, $"{child} was removed from Nomad while it ran")
        {
            State = "how it ended is not known, and its log is gone",
            Next = "./build.sh Status, then the same command again",
        };

    private static void ThrowIfUnplaced(string child, Unplaced? unplaced)
    {
        if (unplaced is not null)
            throw new UnplacedException($"Nomad cannot place {child}: {unplaced.Reason}") { State = "the job was stopped again", Next = unplaced.Next };
    }

    // It would wait for ever: nothing but somebody who puts the variable there ends that.
    private static void ThrowIfWaiting(string child, NomadAllocation allocation)
    {
        if (allocation.Tasks.Select(t => t.WaitsFor).FirstOrDefault(path => path.Length > 0) is { } path)
            throw new RunbookException(ExitCode.Failed, $"{child} waits for the Nomad variable {path}, which is not there or may not be read by it")
            {
                State = "the job was stopped again",
                Next = $"nomad var put {path} KEY=@FILE (docs/configuration.md, Secrets), then the same command",
            };
    }

    private static async Task IgnoreEndAsync(Task following)
    {
        try
        {
            await following;
        }
        catch (Exception e) when (e is OperationCanceledException or RunbookException)
        {
            // Following is for the eyes only.
        }
    }
}

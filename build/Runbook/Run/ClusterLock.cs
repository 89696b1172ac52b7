using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Output;
using Runbook.Steps;

namespace Runbook.Run;

/// <summary>
/// One change at a time per cluster. The lock is a job that never runs anything: Nomad's check-index makes taking it
/// atomic, and every operator on every machine sees it. A holder that died is told from one that works by its process
/// where it is on this host, else by whether it still renews the job.
/// </summary>
/// <param name="nomad">The way to Nomad.</param>
/// <param name="render">The jobspec of a holder.</param>
/// <param name="jobId">Name of the lock job.</param>
/// <param name="time">The clock.</param>
/// <param name="listener">Hears what happens.</param>
/// <param name="run">Id of the run that holds it, by which its record is found; a new one for each when empty.</param>
public sealed class ClusterLock(
    NomadClient nomad, Func<LockHolder, string> render, string jobId, TimeProvider time, IRunListener listener, string run = "")
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(15);

    // Three missed renewals: a holder that is only slow keeps its cluster.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan RaceLimit = TimeSpan.FromSeconds(15);

    /// <summary>user@host of who runs this; under sudo, or on a runner of GitHub, the person behind it is the one to talk to.</summary>
    public static string Person =>
        $"{Environment.GetEnvironmentVariable("SUDO_USER") ?? Environment.GetEnvironmentVariable("GITHUB_ACTOR") ?? Environment.UserName}@{Environment.MachineName}";

    /// <summary>Who holds the cluster, and whether that run is believed to be alive; null when nobody does, or a process of this host that is gone.</summary>
    public async Task<(LockHolder Holder, bool AtWork)?> HolderAsync(CancellationToken ct) =>
        await LastHolderAsync(ct) is { } last && !IsGone(last.Holder) ? last : null;

    /// <summary>Who took the cluster last and did not give it back, and whether that run is still at work; null when there is none.</summary>
    public async Task<(LockHolder Holder, bool AtWork)?> LastHolderAsync(CancellationToken ct)
    {
        if (await nomad.JobAsync(jobId, ct) is not { Stopped: false } job)
            return null;
        var holder = LockHolder.From(job);
        return (holder, IsOfThisHost(holder) ? !IsGone(holder) : (time.GetUtcNow() - holder.Renewed).Duration() < Lease);
    }

    /// <summary>Takes the cluster, runs, and gives it back whatever happens.</summary>
    /// <param name="target">What is being done, for others to read.</param>
    /// <param name="work">Gets a token that also fires when the lock is lost.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">Someone else holds it.</exception>
    public async Task HoldAsync(string target, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var self = new LockHolder(
            Person, LocalProcess.Self, LocalProcess.Boot, target, now, run.Length > 0 ? run : Guid.NewGuid().ToString("N"), now);
        await AcquireAsync(self, ct);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(self, lost, done.Token);
        try
        {
            await work(lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new RunbookException(ExitCode.Held, $"{target} was stopped: someone else has taken this cluster")
            {
                State = "the step that ran was stopped",
                Next = "./build.sh Status",
            };
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
            await ReleaseAsync(self);
        }
    }

    private async Task AcquireAsync(LockHolder self, CancellationToken ct)
    {
        var deadline = new Deadline(time, RaceLimit + Lease);
        LockHolder? dead = null;
        // The usual case first: nobody holds it, and the job does not exist.
        ulong index = 0;
        while (true)
        {
            try
            {
                await nomad.RunAsync(render(self), index, ct);
                if (dead is not null)
                    listener.TookOver(dead);
                return;
            }
            catch (JobChangedException) when (deadline.Elapsed < deadline.Limit)
            {
                // Someone has it, or was quicker: look who it is.
            }
            catch (JobChangedException)
            {
                throw new RunbookException(ExitCode.Held, $"others took this cluster again and again for {Words.Span(deadline.Elapsed)}")
                {
                    State = "nothing was changed",
                    Next = "./build.sh Status, and run the same command again",
                };
            }
            var job = await nomad.OwnJobAsync(jobId, ct);
            dead = job is { Stopped: false } ? await EnsureDeadAsync(job, ct) : null;
            index = job?.ModifyIndex ?? 0;
        }
    }

    /// <returns>Who is dead; null when the cluster was given back meanwhile.</returns>
    private async Task<LockHolder?> EnsureDeadAsync(NomadJob job, CancellationToken ct)
    {
        var holder = LockHolder.From(job);
        if (IsOfThisHost(holder))
        {
            if (!IsGone(holder))
                throw Held(holder);
            listener.Note($"the last run ({holder.Target}, since {Words.At(holder.Since)}) was killed; continuing from its state");
            return holder;
        }
        if ((time.GetUtcNow() - holder.Renewed).Duration() < Lease)
            throw Held(holder);
        // Clocks differ: only a job that does not change while we look belongs to nobody any more.
        listener.Note($"{holder.Holder} has held the cluster since {Words.At(holder.Since)} and has not renewed its lock; waiting {Lease.TotalSeconds:0} s");
        var given = false;
        var moved = await new Deadline(time, Lease).UntilAsync(
            async () =>
            {
                var seen = await nomad.JobAsync(jobId, ct);
                given = seen is null or { Stopped: true };
                return given || seen!.ModifyIndex != job.ModifyIndex ? LockHolder.From(seen ?? job) : null;
            }, ct);
        // Given back in the meantime: whoever takes it first has it.
        if (moved is not null && !given)
            throw Held(moved);
        return given ? null : holder;
    }

    private static bool IsOfThisHost(LockHolder holder) => holder.Boot == LocalProcess.Boot && holder.Boot.Length > 0;

    private static bool IsGone(LockHolder holder) => IsOfThisHost(holder) && !LocalProcess.IsAlive(holder.Process);

    private RunbookException Held(LockHolder holder) =>
        new(ExitCode.Held, $"{holder.Holder} is working on this cluster: {holder.Target}, since {Words.At(holder.Since)} ({Words.Span(time.GetUtcNow() - holder.Since)})")
        {
            State = "nothing was changed",
            Next = "./build.sh Status, and run the same command again when it has ended",
        };

    private async Task RenewAsync(LockHolder self, CancellationTokenSource lost, CancellationToken done)
    {
        try
        {
            while (await RenewOnceAsync(self, done))
            {
            }
            listener.Warn("the lock of this cluster was taken by someone else: stopping");
            await lost.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The work has ended.
        }
    }

    /// <returns>Whether the lock is still ours, as far as Nomad tells.</returns>
    private async Task<bool> RenewOnceAsync(LockHolder self, CancellationToken done)
    {
        await Task.Delay(RenewEvery, time, done);
        try
        {
            var job = await nomad.JobAsync(jobId, done);
            if (job is null || LockHolder.From(job).Run != self.Run)
                return false;
            await nomad.RunAsync(render(self with { Renewed = time.GetUtcNow() }), job.ModifyIndex, done);
        }
        catch (RunbookException e)
        {
            // Nomad may be away for a moment; the work itself notices if it stays away.
            listener.Warn($"the lock could not be renewed, trying again: {e.Message}");
        }
        return true;
    }

    private async Task ReleaseAsync(LockHolder self)
    {
        try
        {
            if (await nomad.JobAsync(jobId, CancellationToken.None) is { } job && LockHolder.From(job).Run == self.Run)
                await nomad.StopAsync(job, purge: true, CancellationToken.None);
        }
        catch (RunbookException e)
        {
            listener.Warn($"the lock could not be given back ({e.Message}); the next run takes it over by itself");
        }
    }
}

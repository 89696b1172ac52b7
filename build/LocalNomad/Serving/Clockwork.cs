using System.Collections.Immutable;
using LocalNomad.Scheduling;
using LocalNomad.State;

namespace LocalNomad.Serving;

/// <summary>Does what is due: launches, second attempts, verdicts on deployments, forgetting.</summary>
internal sealed class Clockwork(StateStore store, JobService jobs)
{
    private static readonly TimeSpan WriteRetry = TimeSpan.FromSeconds(1);

    private readonly PeriodicLauncher _launcher = new(jobs);
    private ImmutableDictionary<string, Tracked>? _tracked;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var collectAt = store.Time.GetUtcNow();
        while (true)
        {
            // Looked at before the change: then our own wakes us once more, and nobody else's is missed.
            var (_, changed) = store.Look();
            var wait = WorkOff(ref collectAt) - store.Time.GetUtcNow();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(changed, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, store.Time, either.Token));
            await either.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <returns>When to look again.</returns>
    private DateTimeOffset WorkOff(ref DateTimeOffset collectAt)
    {
        var collect = collectAt <= store.Time.GetUtcNow();
        if (collect)
            collectAt = store.Time.GetUtcNow() + Collector.Interval;
        try
        {
            (_tracked, var next) = store.Update(transaction =>
            {
                if (collect)
                    Collector.Collect(transaction, everything: false);
                var tracked = _launcher.Launch(transaction, _tracked);
                return (tracked, new[] { tracked.Values.Min(one => one.Next), jobs.ProcessDue(transaction), Deployments.Judge(transaction) }.Min());
            });
            return next < collectAt ? next.Value : collectAt;
        }
        catch (StateWriteException)
        {
            // The disk is full. What is due stays due.
            return store.Time.GetUtcNow() + WriteRetry;
        }
    }
}

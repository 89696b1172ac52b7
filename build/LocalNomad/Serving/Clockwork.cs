using LocalNomad.Scheduling;
using LocalNomad.State;

namespace LocalNomad.Serving;

/// <summary>Does what is due: launches, second attempts, verdicts on deployments, forgetting.</summary>
internal sealed class Clockwork(StateStore store, JobService jobs)
{
    private readonly PeriodicLauncher _launcher = new(jobs);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var collectAt = store.Time.GetUtcNow();
        while (true)
        {
            // Looked at before the change: then our own wakes us once more, and nobody else's is missed.
            var (_, changed) = store.Look();
            var next = store.Update(transaction =>
            {
                if (collectAt <= transaction.Now)
                {
                    Collector.Collect(transaction, everything: false);
                    collectAt = transaction.Now + Collector.Interval;
                }

                return new[] { _launcher.Launch(transaction), jobs.ProcessDue(transaction), Deployments.Judge(transaction), collectAt }.Min();
            });
            var wait = next!.Value - store.Time.GetUtcNow();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(changed, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, store.Time, either.Token));
            await either.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }
}

using System.Collections.Immutable;
using Runbook.Nomad;

namespace Runbook.Run;

/// <summary>
/// The last runs of a cluster, in the meta of a job that never runs anything: so every operator on every machine sees
/// them, and Nomad does not collect them, since a parameterized job is not over before it is stopped.
/// </summary>
/// <param name="nomad">The way to Nomad.</param>
/// <param name="render">The jobspec for a meta.</param>
/// <param name="jobId">Name of the job.</param>
public sealed class HistoryJob(NomadClient nomad, Func<IReadOnlyDictionary<string, string>, string> render, string jobId)
{
    /// <summary>As many runs are kept.</summary>
    public const int Kept = 50;

    // Each failure means that another run has written meanwhile, which takes a tenth of a second.
    private const int Attempts = 5;

    /// <summary>The runs, oldest first.</summary>
    /// <exception cref="RunbookException">Nomad does not answer.</exception>
    public async Task<ImmutableArray<HistoryEntry>> ReadAsync(CancellationToken ct) => Entries(await nomad.JobAsync(jobId, ct));

    /// <summary>Adds runs, or brings them up to date. What was written by others stays.</summary>
    /// <exception cref="RunbookException">Nomad does not answer, or others write all the time.</exception>
    public async Task AddAsync(IReadOnlyCollection<HistoryEntry> added, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var job = await nomad.OwnJobAsync(jobId, ct);
            var all = Entries(job).Where(e => added.All(a => a.Id != e.Id)).Concat(added)
                .OrderBy(e => e.Key, StringComparer.Ordinal).TakeLast(Kept);
            try
            {
                await nomad.RunAsync(
                    render(all.ToDictionary(e => e.Key, e => e.ToMeta(), StringComparer.Ordinal)), job?.ModifyIndex ?? 0, ct);
                return;
            }
            catch (JobChangedException) when (attempt < Attempts)
            {
                // Someone was quicker: once more, with what they wrote.
            }
        }
    }

    /// <summary>Stops the job and leaves it to Nomad to forget it: nothing of the cluster is to stay.</summary>
    /// <exception cref="RunbookException">Nomad does not answer.</exception>
    public Task CloseAsync(CancellationToken ct) => nomad.StopAsync(jobId, purge: false, ct);

    private static ImmutableArray<HistoryEntry> Entries(NomadJob? job) =>
        job is null ? [] : [.. job.Meta.Select(m => HistoryEntry.Parse(m.Key, m.Value)).OfType<HistoryEntry>().OrderBy(e => e.Key, StringComparer.Ordinal)];
}

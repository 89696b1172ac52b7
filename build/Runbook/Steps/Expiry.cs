using Runbook.Cluster;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>Asks what would go from a repository, and removes it.</summary>
public sealed class Expiry(ClusterSettings settings, NodeChannel node, Dispatcher dispatcher, ClusterReader reader, string person, IRunListener listener)
{
    // Object storage takes its time for many files.
    private static readonly TimeSpan Limit = TimeSpan.FromHours(24);
    private static readonly TimeSpan LookLimit = TimeSpan.FromMinutes(30);

    /// <summary>What would go.</summary>
    /// <param name="repository">Number of the repository.</param>
    /// <param name="label">A set; empty where the configured retention decides.</param>
    /// <param name="facts">Of the cluster.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">pgBackRest failed.</exception>
    public async Task<ExpirePreview> PreviewAsync(int repository, string label, ClusterFacts facts, CancellationToken ct) =>
        ExpirePreview.Parse(await node.AskAsync("expire", $"preview {repository} {label}".TrimEnd(), facts.Server, ct, LookLimit));

    /// <summary>Removes it; success is that the sets are not listed any more.</summary>
    /// <exception cref="RunbookException">It failed, or a set is still there.</exception>
    public async Task RunAsync(ExpireSets step, CancellationToken ct)
    {
        var meta = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["operation"] = "expire", ["argument"] = $"run {step.Number} {step.Label}".TrimEnd(), ["operator"] = person,
        };
        var child = await dispatcher.RunAsync(settings.Pgbackrest.JobName, meta, Limit, onLine: null, whileRunning: null, ct);
        if (!child.Allocation.Succeeded)
            throw new RunbookException(ExitCode.Failed, $"{settings.Pgbackrest.JobName} failed: {child.Reason}")
            {
                State = "a set whose removal had begun is gone; the others are untouched",
                Next = $"./build.sh Backups, then the same command again; the log: ./build.sh Logs --job {child.JobId}",
            };
        var left = (await reader.ReadAsync(ct)).Node?.Repository?.SetsOf(step.Number).Select(s => s.Label).Where(step.Sets.Contains).ToList();
        if (left is null or { Count: > 0 })
            throw new RunbookException(ExitCode.Failed, left is null ? "the repository no longer answers" : $"pgBackRest succeeded, but {string.Join(", ", left)} is still listed")
            {
                State = "what has gone is gone",
                Next = $"./build.sh Logs --job {child.JobId}",
            };
        foreach (var wal in ExpirePreview.Parse(child.Output).Wal)
            listener.Note(wal.Start.Length > 0 ? $"WAL {wal.ArchiveId}: {wal.Start} to {wal.Stop}" : $"all WAL of {wal.ArchiveId}");
    }
}

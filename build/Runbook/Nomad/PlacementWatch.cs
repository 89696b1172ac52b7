namespace Runbook.Nomad;

/// <summary>A job without a place: why, and what to do.</summary>
/// <param name="Reason">In one line.</param>
/// <param name="Next">What to type.</param>
public sealed record Unplaced(string Reason, string Next);

/// <summary>Notices within seconds that a job has no place on any node: Nomad knows why at once, and would wait for ever.</summary>
public sealed class PlacementWatch(NomadClient nomad, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    // A node may be registering, or a volume may have been made just now.
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(5);

    // What ends holds its memory and its port until it has ended.
    private static readonly TimeSpan Frees = TimeSpan.FromSeconds(45);

    private long _looked = time.GetTimestamp();
    private long? _since;

    /// <summary>Why the job has no place, once that has lasted; null until then.</summary>
    public async Task<Unplaced?> LookAsync(string jobId, CancellationToken ct)
    {
        if (time.GetElapsedTime(_looked) < Every)
            return null;
        _looked = time.GetTimestamp();
        if (await nomad.PlacementAsync(jobId, ct) is not { } failure)
        {
            _since = null;
            return null;
        }
        var since = _since ??= _looked;
        return time.GetElapsedTime(since) < (failure.MayPass ? Frees : Settles) ? null : await ExplainAsync(failure, ct);
    }

    private async Task<Unplaced> ExplainAsync(PlacementFailure failure, CancellationToken ct)
    {
        if (failure.MayPass)
            return new(failure.Reason, "free that on the node, or ask for less in the profile (memory, cpu, port); then the same command");
        var away = (await nomad.NodesAsync(ct)).Where(n => n.Trouble.Length > 0).ToList();
        var states = string.Concat(away.Select(n => $"; node {n.Name} is {n.Trouble}"));
        return new(failure.Reason + states, away.Count > 0 ? $"{Remedy(away[0])}, then the same command" : "./build.sh Doctor shows what the nodes lack");
    }

    private static string Remedy(NomadNode node) => node switch
    {
        { Status: not "ready" } => $"start the Nomad agent on {node.Name} (nomad node status {node.ShortId})",
        { Drains: true } => $"nomad node drain -disable {node.ShortId}",
        _ => $"nomad node eligibility -enable {node.ShortId}",
    };
}

/// <summary>A job that was dispatched has no place on any node.</summary>
public sealed class UnplacedException(string message) : RunbookException(Runbook.ExitCode.Failed, message);

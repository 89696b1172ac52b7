using Runbook.Cluster;
using Runbook.Output;

namespace Runbook.Steps;

/// <summary>Watches a restore job: passes its progress on, and says once when it stands still.</summary>
/// <param name="listener">Hears of it.</param>
/// <param name="time">The clock.</param>
/// <param name="ask">Asks the node how far it is; null when it cannot be asked.</param>
public sealed class RestoreWatch(IRunListener listener, TimeProvider time, Func<CancellationToken, Task<RestoreProgress?>> ask)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly StallWatch _stall = new(time);

    private volatile string _position = "";

    /// <summary>Takes a line of the job's output.</summary>
    public void OnLine(string line)
    {
        if (CopyProgress.Parse(line) is { } copied)
        {
            listener.Copied(copied);
            Moved($"the copy, at {copied.File}");
        }
        else if (ReplayProgress.Parse(line) is { } replayed)
        {
            listener.Replayed(replayed);
            Moved($"the replay, at {replayed.Position}");
        }
        else if (IsSentence(line))
        {
            _stall.Rest();
            listener.Note(line);
        }
    }

    /// <summary>Looks until the token fires whether it stands still.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        try
        {
            while (!ct.IsCancellationRequested)
            {
                await Task.Delay(LookEvery, time, ct);
                if (_stall.Suspected is not null)
                    await SuspectAsync(ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The job has ended, or we have.
        }
    }

    /// <summary>Whether a line of a job is meant for the operator: neither a fact, nor progress, nor pgBackRest's own log.</summary>
    public static bool IsSentence(string line) =>
        line.Length > 0 && !line.StartsWith("fact ", StringComparison.Ordinal) && !line.StartsWith("progress ", StringComparison.Ordinal)
        && !line.Contains("P00", StringComparison.Ordinal) && !line.Contains("P01", StringComparison.Ordinal);

    private void Moved(string position)
    {
        _position = position;
        if (_stall.At(position) is { } stood)
            listener.Note($"it moves again, after {Words.Span(stood)}");
    }

    private async Task SuspectAsync(CancellationToken ct)
    {
        // A large file says nothing until it is whole: the node knows whether its bytes grow.
        if (await ask(ct) is { StoodFor: { } stood })
            _stall.MovedAgo(stood);
        if (_stall.Suspected is not { } silent)
            return;
        _stall.Said();
        listener.Warn($"stalled: {_position}, has not moved for {Words.Span(silent)}");
    }
}

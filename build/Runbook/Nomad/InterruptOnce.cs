namespace Runbook.Nomad;

/// <summary>
/// Tells a process that it shall stop, once: a second interrupt would make Terraform drop what it is doing, and with that what it knows of
/// it. A terminal's Ctrl-C has reached it already, and then it has said so; any other signal was ours alone.
/// </summary>
/// <param name="word">What it says when an interrupt has reached it; empty: it is never interrupted.</param>
internal sealed class InterruptOnce(string word) : IDisposable
{
    private static readonly TimeSpan OwnSignal = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _interrupt = new();
    private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether there is anything to watch for.</summary>
    public bool IsOn => word.Length > 0;

    /// <summary>Fires when the process is to be interrupted.</summary>
    public CancellationToken Token => _interrupt.Token;

    /// <summary>Hears what it says.</summary>
    public void OnLine(string line)
    {
        if (IsOn && line.Contains(word, StringComparison.Ordinal))
            _said.TrySetResult();
    }

    /// <summary>Waits for its end, or for the cancellation and what it says to that.</summary>
    public async Task WatchAsync(Task running, CancellationToken cancelled)
    {
        if (!IsOn)
            return;
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancelled.Register(() => stop.TrySetResult());
        await Task.WhenAny(running, stop.Task);
        if (running.IsCompleted)
            return;
        await Task.WhenAny(running, _said.Task, Task.Delay(OwnSignal, CancellationToken.None));
        if (!running.IsCompleted && !_said.Task.IsCompleted)
            await _interrupt.CancelAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => _interrupt.Dispose();
}

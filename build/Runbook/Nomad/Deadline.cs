namespace Runbook.Nomad;

/// <summary>Waits on a condition until it holds or the time is up; nothing here polls for ever.</summary>
public sealed class Deadline(TimeProvider time, TimeSpan limit)
{
    // A share of what it has taken so far: quick answers stay quick, and a long wait costs few calls; each is a process.
    private const double Share = 0.25;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly long _start = time.GetTimestamp();

    /// <summary>How long it may take in all.</summary>
    public TimeSpan Limit { get; } = limit;

    /// <summary>How long it has taken so far.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>Asks again and again until the answer is not null.</summary>
    /// <returns>The answer; null when the time is up.</returns>
    public async Task<T?> UntilAsync<T>(Func<Task<T?>> ask, CancellationToken ct)
        where T : class
    {
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            if (Elapsed >= Limit)
                return null;
            await Task.Delay(TimeSpan.FromTicks(Math.Clamp((Elapsed * Share).Ticks, Shortest.Ticks, Longest.Ticks)), time, ct);
        }
    }
}

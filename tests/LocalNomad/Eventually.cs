using System.Diagnostics;

namespace Tests.LocalNomad;

/// <summary>Waits for a condition that another process brings about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(400);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? deadline = null, Func<string>? describe = null)
    {
        var limit = deadline ?? TimeSpan.FromSeconds(40);
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds} s: {what}. {describe?.Invoke()}");
            await Task.Delay(TimeSpan.FromTicks(Math.Clamp(watch.Elapsed.Ticks / 8, Shortest.Ticks, Longest.Ticks)));
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? deadline = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, deadline);
}

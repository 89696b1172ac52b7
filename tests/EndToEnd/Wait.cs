using System.Diagnostics;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Waits on conditions, never on time alone.</summary>
internal static class Wait
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Asks until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not in time; tells what was waited for.</exception>
    public static Task Until(string what, Func<bool> holds, int seconds = 180, Func<string>? said = null) =>
        Until(what, () => Task.FromResult(holds()), Shortest, seconds, said);

    public static Task Until(string what, Func<Task<bool>> holds, int seconds = 180, Func<string>? said = null) => Until(what, holds, Longest, seconds, said);

    private static async Task Until(string what, Func<Task<bool>> holds, TimeSpan longest, int seconds, Func<string>? said)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
                throw new TimeoutException($"after {seconds} s: not {what}\n{said?.Invoke()}");
            // A question is mostly a process: a long wait must not cost the others a core.
            await Task.Delay(TimeSpan.FromTicks(Math.Clamp(watch.Elapsed.Ticks / 8, Shortest.Ticks, longest.Ticks)), Token);
        }
    }
}

using System.Diagnostics;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>Waits on conditions, never on time alone.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Asks until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not in time; tells what was waited for.</exception>
    public static Task Until(string what, Func<bool> holds, int seconds = 180, Func<string>? said = null) =>
        Until(what, () => Task.FromResult(holds()), seconds, said);

    public static async Task Until(string what, Func<Task<bool>> holds, int seconds = 180, Func<string>? said = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
                throw new TimeoutException($"after {seconds} s: not {what}\n{said?.Invoke()}");
            await Task.Delay(Pause, Token);
        }
    }
}

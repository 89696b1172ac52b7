using Microsoft.Extensions.Time.Testing;

namespace Tests.Nomad;

internal static class Clock
{
    private static readonly TimeSpan RealLimit = TimeSpan.FromSeconds(10);

    /// <summary>Lets fake time go on until the task has ended, well or not.</summary>
    public static async Task PassUntilEndAsync(this FakeTimeProvider time, Task task, TimeSpan step)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            if (TimeProvider.System.GetElapsedTime(start) > RealLimit)
                throw new TimeoutException("the task does not end, however much time passes");
            time.Advance(step);
            await Task.Yield();
        }
    }

    /// <summary>The result of a task that waits on fake time.</summary>
    public static async Task<T> PassAsync<T>(this FakeTimeProvider time, Task<T> task)
    {
        await time.PassUntilEndAsync(task, TimeSpan.FromMilliseconds(250));
        return await task;
    }

    /// <summary>The end of a task that waits on fake time.</summary>
    public static async Task PassAsync(this FakeTimeProvider time, Task task)
    {
        await time.PassUntilEndAsync(task, TimeSpan.FromMilliseconds(250));
        await task;
    }
}

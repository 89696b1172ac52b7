using Microsoft.Extensions.Time.Testing;
using Runbook.Cluster;
using Runbook.Steps;
using Shouldly;
using Tests.Nomad;
using Xunit;

namespace Tests.Steps;

public class RestoreWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingListener _listener = new();

    [Fact]
    public async Task A_stall_is_said_once_and_its_end_with_how_long_it_took()
    {
        await WatchAsync(stoodFor: null, async watch =>
        {
            watch.OnLine("progress replay 0/5000028 - -");
            await PassAsync(120);
            watch.OnLine("progress replay 0/5000028 - -");
            await PassAsync(5);
            watch.OnLine("progress replay 0/6000028 - -");
        });
        _listener.Said.Where(s => !s.StartsWith("replayed", StringComparison.Ordinal)).ShouldBe(
            ["warn stalled: the replay, at 0/5000028, has not moved for 30 s", "note it moves again, after 2 min 5 s"]);
    }

    [Theory]
    [InlineData(2, false), InlineData(40, true)]
    public async Task Of_a_large_file_the_node_knows_whether_its_bytes_grow(int stoodFor, bool stalled)
    {
        await WatchAsync(TimeSpan.FromSeconds(stoodFor), async watch =>
        {
            watch.OnLine("P01 DETAIL: restore file /d/base/5/1 (1GB, 50%) checksum a");
            await PassAsync(60);
        });
        _listener.Said.Any(s => s.StartsWith("warn stalled: the copy, at /d/base/5/1", StringComparison.Ordinal)).ShouldBe(stalled);
    }

    [Fact]
    public async Task What_has_no_position_cannot_stall()
    {
        await WatchAsync(stoodFor: null, async watch =>
        {
            watch.OnLine("progress replay 0/5000028 - -");
            watch.OnLine("promoting");
            await PassAsync(120);
        });
        _listener.Said.ShouldBe(["replayed 0/5000028", "note promoting"]);
    }

    private async Task WatchAsync(TimeSpan? stoodFor, Func<RestoreWatch, Task> work)
    {
        var watch = new RestoreWatch(_listener, _time, _ => Task.FromResult<RestoreProgress?>(RestoreProgress.None with { StoodFor = stoodFor }));
        using var done = new CancellationTokenSource();
        var looking = watch.LookAsync(done.Token);
        await work(watch);
        await done.CancelAsync();
        await looking;
    }

    private Task PassAsync(int seconds) => _time.PassUntilEndAsync(Task.Delay(TimeSpan.FromSeconds(seconds), _time), TimeSpan.FromSeconds(1));
}

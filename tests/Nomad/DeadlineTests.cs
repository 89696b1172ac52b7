using Microsoft.Extensions.Time.Testing;
using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

public class DeadlineTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_is_there_costs_no_time()
    {
        var deadline = new Deadline(_time, TimeSpan.FromSeconds(10));
        (await deadline.UntilAsync(() => Task.FromResult<string?>("yes"), Token)).ShouldBe("yes");
        deadline.Elapsed.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task It_asks_once_even_without_time() =>
        (await new Deadline(_time, TimeSpan.Zero).UntilAsync(() => Task.FromResult<string?>("yes"), Token)).ShouldBe("yes");

    [Fact]
    public async Task It_gives_up_when_the_time_is_up()
    {
        var asked = 0;
        var deadline = new Deadline(_time, TimeSpan.FromSeconds(10));
        var waiting = deadline.UntilAsync(
            () =>
            {
                asked++;
                return Task.FromResult<string?>(null);
            }, Token);
        (await _time.PassAsync(waiting)).ShouldBeNull();
        deadline.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(10));
        // Quick at first, then ever less often.
        asked.ShouldBeInRange(8, 25);
    }

    [Fact]
    public async Task It_ends_when_it_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        var waiting = new Deadline(_time, TimeSpan.FromSeconds(10)).UntilAsync(() => Task.FromResult<string?>(null), source.Token);
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }
}

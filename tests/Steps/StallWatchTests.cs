using Microsoft.Extensions.Time.Testing;
using Runbook.Steps;
using Shouldly;
using Xunit;

namespace Tests.Steps;

public class StallWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StallWatch _watch;

    public StallWatchTests() => _watch = new StallWatch(_time);

    [Fact]
    public void Standing_still_for_half_a_minute_is_a_stall_once()
    {
        _watch.At("0/1");
        Pass(29);
        _watch.At("0/1");
        _watch.Suspected.ShouldBeNull();
        Pass(1);
        _watch.Suspected.ShouldBe(TimeSpan.FromSeconds(30));
        _watch.Said();
        Pass(60);
        _watch.Suspected.ShouldBeNull();
        _watch.At("0/2").ShouldBe(TimeSpan.FromSeconds(90), "it says for how long it stood when it moves again");
        Pass(30);
        _watch.Suspected.ShouldNotBeNull("another stall is another one");
    }

    [Fact]
    public void What_moves_is_none()
    {
        for (var i = 0; i < 10; i++)
        {
            _watch.At($"0/{i}").ShouldBeNull();
            Pass(29);
            _watch.Suspected.ShouldBeNull();
        }
    }

    [Fact]
    public void Neither_is_what_has_not_begun_or_does_something_else()
    {
        Pass(100);
        _watch.Suspected.ShouldBeNull();
        _watch.At("0/1");
        _watch.Rest();
        Pass(100);
        _watch.Suspected.ShouldBeNull();
    }

    [Fact]
    public void What_moved_unsaid_is_counted_from_there()
    {
        _watch.At("0/1");
        Pass(40);
        _watch.MovedAgo(TimeSpan.FromSeconds(3));
        _watch.Suspected.ShouldBeNull();
        Pass(27);
        _watch.Suspected.ShouldBe(TimeSpan.FromSeconds(30));
    }

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}

using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Xunit;

namespace Tests.Steps;

public class SwitchTests
{
    private const string Started = "fact server.recovering f\nfact restore.id r1\nfact restore.phase started\nfact restore.target latest\n";

    private readonly FakeTimeProvider _time = new();
    private readonly FakeNomad _nomad = new();
    private readonly RecordingListener _listener = new();

    [Fact]
    public async Task Downtime_and_the_point_reached_are_said()
    {
        Answers((0, "stopping the server\nfact switch.downtime 2.4\n", ""), Started + "fact restore.reachedlsn 0/5000028\nfact restore.reachedtimeline 3\n");
        await RunAsync();
        _listener.Said.ShouldBe(
            ["note stopping the server", "note downtime: 2.4 s", "note reached: no commit replayed, WAL 0/5000028, timeline 3 (asked for: latest)"]);
    }

    [Fact]
    public async Task A_call_that_was_lost_is_followed_by_looking()
    {
        var looks = 0;
        Answers((1, "", "rpc error: EOF"), "", () => ++looks < 4 ? "fact restore.id r1\nfact restore.phase switching\n" : Started);
        await RunAsync();
        looks.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Theory]
    [InlineData("ready", "error: the copy is gone\n", "the copy is gone", 5), InlineData("switching", "error: cannot rename\n", "cannot rename", 5)]
    [InlineData("ready", "rpc error", "rpc error", 40), InlineData("switching", "rpc error", "rpc error", 3600)]
    public async Task What_does_not_switch_over_has_failed_and_no_later_than_it_must(string phase, string said, string reason, int withinSeconds)
    {
        Answers((1, "", said), $"fact server.recovering f\nfact restore.id r1\nfact restore.phase {phase}\n");
        var start = _time.GetUtcNow();
        var error = await Should.ThrowAsync<RunbookException>(RunAsync());
        error.Message.ShouldContain(reason);
        error.State.ShouldBe($"phase {phase}; the server answers");
        error.Next.ShouldContain("./build.sh Undo");
        (_time.GetUtcNow() - start).TotalSeconds.ShouldBeLessThan(withinSeconds);
    }

    [Fact]
    public async Task Without_a_server_there_is_nothing_to_switch()
    {
        var error = await Should.ThrowAsync<RunbookException>(RunAsync());
        error.Message.ShouldContain("the server's task does not run");
        error.State.ShouldContain("untouched");
    }

    private void Answers((int, string, string) toSwitch, string facts, Func<string>? more = null)
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.OnExec = script => script.EndsWith($"# switch|r1 {(int)(Given.Settings.Postgres.KillTimeout + Given.Settings.Postgres.StartTimeout).TotalSeconds}", StringComparison.Ordinal) ? toSwitch : (0, more?.Invoke() ?? facts, "");
    }

    private Task RunAsync() => _time.PassAsync(GivenSteps.Executor(_nomad, _listener, _time).RunAsync(new SwitchOver("r1"), TestContext.Current.CancellationToken));
}

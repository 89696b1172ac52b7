using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Nomad;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Nomad;

public class DispatcherTests
{
    private const string Child = "pgbackrest/dispatch-1";

    private readonly FakeTimeProvider _time = new();
    private readonly FakeNomad _nomad = new();
    private readonly List<string> _seen = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_child_that_ends_well_is_collected()
    {
        Runs(endsAtPoll: 4, exitCode: 0);
        _nomad.Logs[false] = "one\ntwo\n";
        _nomad.Logs[true] = "grumble\n";

        var child = await _time.PassAsync(RunAsync());

        (child.JobId, child.ExitCode, child.Output, child.Error).ShouldBe((Child, 0, "one\ntwo\n", "grumble\n"));
        child.Allocation.Succeeded.ShouldBeTrue();
        _nomad.Asked[0].ShouldBe("nomad job dispatch -detach -meta operation=facts pgbackrest");
    }

    [Fact]
    public async Task A_child_that_fails_says_why_in_its_own_words()
    {
        Runs(endsAtPoll: 3, exitCode: 3);
        _nomad.Logs[true] = "hello\nerror: no room\n";

        var child = await _time.PassAsync(RunAsync());

        child.Allocation.Succeeded.ShouldBeFalse();
        child.Reason.ShouldBe("no room (exit code 3)");
    }

    [Fact]
    public async Task A_child_whose_log_cannot_be_read_has_not_said_nothing()
    {
        Runs(endsAtPoll: 4, exitCode: 0);
        _nomad.Unreadable = "Error reading file: Unexpected response code: 403 (Permission denied)";
        (await Should.ThrowAsync<RunbookException>(_time.PassAsync(RunAsync()))).Message.ShouldStartWith("Nomad answers 403, permission denied: nomad alloc logs");
        _nomad.Jobs[Child].Stopped.ShouldBeFalse("it has ended: there is nothing to stop");
    }

    [Fact]
    public async Task Each_line_is_passed_on_once_whichever_way_it_comes()
    {
        Runs(endsAtPoll: 4, exitCode: 0);
        _nomad.Live.AddRange(["one", "two"]);
        _nomad.Logs[false] = "one\ntwo\nthree\n";
        var lines = new List<string>();

        await _time.PassAsync(RunAsync(onLine: lines.Add));

        lines.ShouldBe(["one", "two", "three"]);
    }

    [Fact]
    public void Lines_that_the_follower_brings_late_are_not_passed_on_twice()
    {
        var lines = new Lines(_seen.Add, null);
        lines.Live("one");
        lines.Whole("one\ntwo\nthr", ended: false);
        lines.Live("two");
        lines.Live("three");
        lines.Whole("one\ntwo\nthree\nfour", ended: true);
        _seen.ShouldBe(["one", "two", "three", "four"]);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_child_is_left_running_at_the_line_for_that_whether_it_is_followed_or_not(bool followed)
    {
        _nomad.Set(Given.Allocation(Child, "running"));
        if (followed)
            _nomad.Live.AddRange(["one", "stop here"]);
        else
            _nomad.Logs[false] = "one\nstop here\n";

        var child = await _time.PassAsync(new Dispatcher(_nomad.Client, _time).RunAsync(
            "pgbackrest", new Dictionary<string, string>(), TimeSpan.FromMinutes(1), _seen.Add, null, Token, line => line == "stop here"));

        child.Allocation.Ended.ShouldBeFalse();
        _seen.ShouldBe(["one", "stop here"]);
        _nomad.Jobs[Child].Stopped.ShouldBeFalse();
        if (!followed)
            child.Output.ShouldContain("stop here");
    }

    [Fact]
    public async Task What_must_be_handed_over_is_handed_to_the_running_task()
    {
        Runs(endsAtPoll: 3, exitCode: 0);
        var given = new List<string>();
        await _time.PassAsync(new Dispatcher(_nomad.Client, _time).RunAsync(
            "pgbackrest", new Dictionary<string, string>(), TimeSpan.FromMinutes(1), null,
            a =>
            {
                given.Add(a.ClientStatus);
                return Task.CompletedTask;
            }, Token));
        given.ShouldBe(["running"]);
    }

    [Fact]
    public async Task Cancelled_it_stops_the_child_and_waits_for_its_end()
    {
        using var operators = new CancellationTokenSource();
        _nomad.OnPoll = poll =>
        {
            if (poll == 1)
                _nomad.Set(Given.Allocation(Child, "running"));
            if (poll == 3)
                operators.Cancel();
        };

        await Should.ThrowAsync<OperationCanceledException>(_time.PassAsync(RunAsync(ct: operators.Token)));

        ShouldBeStopped();
    }

    [Fact]
    public async Task Cancelled_before_the_dispatch_nothing_is_started()
    {
        await Should.ThrowAsync<OperationCanceledException>(RunAsync(ct: new CancellationToken(canceled: true)));
        _nomad.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_child_that_is_never_placed_is_stopped_again()
    {
        var error = await Should.ThrowAsync<RunbookException>(_time.PassAsync(RunAsync()));
        error.Message.ShouldBe($"Nomad did not start {Child} within 120 s");
        error.State.ShouldBe("the job was stopped again");
        _nomad.Jobs[Child].Stopped.ShouldBeTrue();
    }

    [Fact]
    public async Task A_child_that_waits_for_a_variable_is_not_waited_for()
    {
        _nomad.Set(Given.Allocation(Child, "pending", Given.Missing("nomad/jobs")));
        var error = await Should.ThrowAsync<RunbookException>(_time.PassAsync(RunAsync()));
        error.Message.ShouldBe($"{Child} waits for the Nomad variable nomad/jobs, which is not there or may not be read by it");
        error.Next.ShouldStartWith("nomad var put nomad/jobs ");
        ShouldBeStopped();
    }

    [Fact]
    public async Task A_child_that_takes_too_long_is_stopped()
    {
        _nomad.Set(Given.Allocation(Child, "running"));
        (await Should.ThrowAsync<RunbookException>(_time.PassAsync(RunAsync()))).Message.ShouldBe($"{Child} did not end within 1 min");
        ShouldBeStopped();
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_child_that_is_removed_from_Nomad_is_not_waited_for(bool purged)
    {
        _nomad.OnPoll = poll =>
        {
            if (poll == 1)
                _nomad.Set(Given.Allocation(Child, "running"));
            if (poll == 5 && purged)
                _nomad.Jobs.Remove(Child);
            if (poll == 5)
                _nomad.Allocations.Clear();
            if (poll == 25 && !purged)
                _nomad.Set(Given.Allocation(Child, "complete", Given.Ended(0)));
        };
        var began = _time.GetUtcNow();
        if (purged)
            (await Should.ThrowAsync<RunbookException>(_time.PassAsync(RunAsync()))).Message.ShouldBe($"{Child} was removed from Nomad while it ran");
        else
            (await _time.PassAsync(RunAsync())).ExitCode.ShouldBe(0);
        (_time.GetUtcNow() - began).ShouldBeInRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(45));
    }

    private Task<Dispatched> RunAsync(Action<string>? onLine = null, CancellationToken? ct = null) => new Dispatcher(_nomad.Client, _time).RunAsync(
        "pgbackrest", new Dictionary<string, string> { ["operation"] = "facts" }, TimeSpan.FromMinutes(1), onLine, null, ct ?? Token);

    private void Runs(int endsAtPoll, int exitCode) => _nomad.OnPoll = poll =>
    {
        if (poll >= 2)
            _nomad.Set(poll < endsAtPoll ? Given.Allocation(Child, "running") : Given.Allocation(Child, exitCode == 0 ? "complete" : "failed", Given.Ended(exitCode)));
    };

    private void ShouldBeStopped()
    {
        _nomad.Jobs[Child].Stopped.ShouldBeTrue();
        _nomad.Allocations.ShouldAllBe(a => a.Ended);
    }
}

using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Nomad;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Xunit;

namespace Tests.Steps;

public class RolloutTests
{
    private const string Fatal = "2026-11-22 12:00:00 FATAL:  could not access file \"no_such\": No such file or directory";

    private readonly FakeTimeProvider _time = new();
    private readonly FakeNomad _nomad = new();
    private readonly RecordingListener _listener = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_version_that_comes_up_stays()
    {
        Versions(Job(1, "new"), Job(0, "old", stable: true));
        _nomad.Set(Given.Allocation("postgres", "running") with { JobVersion = 1 });
        _nomad.OnExec = _ => (0, "false -", "");
        await FollowAsync(before: 0);
        _nomad.Asked.ShouldNotContain(asked => asked.Contains("revert"));
    }

    [Fact]
    public async Task The_server_of_the_version_before_is_not_taken_for_the_new_one()
    {
        Versions(Job(1, "new"), Job(0, "old", stable: true));
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.OnPoll = poll =>
        {
            if (poll == 4)
                _nomad.Set(Given.Allocation("postgres", "running") with { JobVersion = 1 });
        };
        var asked = new List<long>();
        _nomad.OnExec = _ =>
        {
            asked.Add(_nomad.Allocations[0].JobVersion);
            return (0, "false -", "");
        };
        await FollowAsync(before: 0);
        asked.ShouldBe([1]);
    }

    [Fact]
    public async Task One_whose_configuration_cannot_start_goes_back_at_once_to_the_version_that_answered()
    {
        Versions(Job(3, "new"), Job(2, "stopped", stopped: true), Job(1, "old"), Job(0, "older", stable: true));
        Fails(version: 3, ends: 1);
        var error = await Should.ThrowAsync<RunbookException>(FollowAsync(before: 1));
        (error.Code, error.Message).ShouldBe((ExitCode.Failed, "the server does not start: " + Fatal));
        error.State.ShouldStartWith("back on version 1 of job postgres (submitted 2026-11-22 12:00:00Z), which takes writes");
        error.Next.ShouldContain("nomad alloc logs -stderr ");
        _listener.Said.ShouldBe([$"note postgres: LOG:  starting", $"note postgres: {Fatal}", $"warn {error.Message}; returning to version 1 of job postgres, submitted 2026-11-22 12:00:00Z"]);
    }

    [Fact]
    public async Task Where_none_answered_before_it_is_the_last_one_that_Nomad_saw_healthy()
    {
        Versions(Job(3, "new"), Job(2, "never healthy"), Job(1, "new", stable: true), Job(0, "old", stable: true));
        Fails(version: 3, ends: 1);
        (await Should.ThrowAsync<RunbookException>(FollowAsync(before: null))).State.ShouldStartWith("back on version 0", Case.Sensitive, "version 1 asks for the same as what failed");
    }

    [Fact]
    public async Task A_first_deployment_has_nothing_to_go_back_to_and_that_is_said()
    {
        Versions(Job(0, "new"));
        Fails(version: 0, ends: 1);
        var error = await Should.ThrowAsync<RunbookException>(FollowAsync(before: null));
        error.State.ShouldStartWith("there is no other version of job postgres that is known to have run, so there is none to return to");
        _nomad.Asked.ShouldNotContain(asked => asked.Contains("revert"));
    }

    [Fact]
    public async Task Where_the_old_one_does_not_come_up_either_both_are_said()
    {
        Versions(Job(1, "new"), Job(0, "old", stable: true));
        Fails(version: 1, ends: 1, back: false);
        var error = await Should.ThrowAsync<RunbookException>(FollowAsync(before: 0));
        error.Message.ShouldStartWith("the server does not start: " + Fatal + "; and version 0, which ran before, does not start either: ");
        error.State.ShouldStartWith("job postgres is back on version 0, and Nomad continues to try");
    }

    [Fact]
    public async Task A_server_that_is_still_in_recovery_is_left_to_it()
    {
        Versions(Job(1, "new"), Job(0, "old", stable: true));
        _nomad.Set(Given.Allocation("postgres", "running") with { JobVersion = 1 });
        _nomad.OnExec = _ => (0, "true 0/3000000", "");
        (await Should.ThrowAsync<RunbookException>(FollowAsync(before: 0))).Message.ShouldEndWith(": it is still in recovery");
        _nomad.Asked.ShouldNotContain(asked => asked.Contains("revert"));
    }

    [Theory]
    [InlineData("FATAL:  configuration file \"/x/postgresql.conf\" contains errors", true)]
    [InlineData("FATAL:  could not map anonymous shared memory: Cannot allocate memory", true)]
    [InlineData("FATAL:  lock file \"postmaster.pid\" already exists", false)]
    [InlineData("FATAL:  could not create any TCP/IP sockets", false)]
    [InlineData("2026-11-22 12:00:00.000 UTC [17] FATAL:  invalid value for parameter \"x\": 1", true)]
    [InlineData("2026-11-22 12:00:00.000 UTC [17] x FATAL:  invalid value for parameter y@db FATAL:  password authentication failed", false)]
    public void What_no_second_start_mends_is_told_from_what_one_may(string line, bool standsForGood) =>
        ServerWords.Of($"LOG:  starting\n{line}\n").StandsForGood.ShouldBe(standsForGood);

    private void Fails(long version, int ends, bool back = true)
    {
        _nomad.Set(Given.Allocation("postgres", "running", [.. Enumerable.Range(0, ends).Select(_ => Given.Ended(1))]) with { JobVersion = version });
        _nomad.Logs[true] = $"LOG:  starting\n{Fatal}\n";
        _nomad.OnExec = _ => (2, "", "could not connect");
        _nomad.OnRevert = _ =>
        {
            _nomad.Set(Given.Allocation("postgres", "running", back ? [] : [Given.Ended(1)]) with { JobVersion = version + 1 });
            if (back)
                _nomad.OnExec = _ => (0, "false -", "");
        };
    }

    private void Versions(params NomadJob[] versions)
    {
        _nomad.Jobs["postgres"] = versions[0];
        _nomad.History["postgres"] = versions;
    }

    // What was submitted is told apart by its meta here.
    private static NomadJob Job(long version, string content, bool stable = false, bool stopped = false) =>
        new("postgres", "service", "running", stopped, 7, System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("content", content))
        {
            Version = version, Stable = stable, SubmittedAt = Given.Noon,
        };

    private Task FollowAsync(long? before) => _time.PassAsync(
        new Rollout(Given.Settings, _nomad.Client, _listener, _time).FollowAsync(new FollowRollout(TimeSpan.FromMinutes(1), before), Token));
}

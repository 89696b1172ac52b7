using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Nomad;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Xunit;

namespace Tests.Steps;

public class ServerWaitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeNomad _nomad = new();
    private readonly RecordingListener _listener = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_waits_through_recovery_and_shows_where_it_is()
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        var answers = new Queue<string>(["true -", "true 0/3000000", "true 0/3000000", "true 0/5000000", "false -"]);
        _nomad.OnExec = _ => (0, answers.Dequeue() + "\n", "");

        await WaitAsync();

        _listener.Said.ShouldBe(["note in recovery, replayed to -", "note in recovery, replayed to 0/3000000", "note in recovery, replayed to 0/5000000"]);
    }

    [Fact]
    public async Task A_server_that_is_not_up_yet_is_waited_for()
    {
        var calls = 0;
        _nomad.OnPoll = poll =>
        {
            if (poll == 3)
                _nomad.Set(Given.Allocation("postgres", "running"));
        };
        _nomad.OnExec = _ => ++calls < 3 ? (2, "", "could not connect to server") : (0, "false -", "");
        await WaitAsync();
        calls.ShouldBe(3);
    }

    [Fact]
    public async Task One_that_never_takes_writes_is_given_up()
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.OnExec = _ => (0, "true 0/1", "");
        var error = await Should.ThrowAsync<RunbookException>(WaitAsync());
        (error.Code, error.Message).ShouldBe((ExitCode.Failed, "the server does not take writes after 1 min 0 s: it is still in recovery"));
        error.Next.ShouldBe("./build.sh Logs");
    }

    [Fact]
    public async Task The_answer_of_a_server_that_lost_its_task_is_not_taken_for_the_new_ones()
    {
        _nomad.Set(Given.Allocation("postgres", "running", new NomadTaskEvent("Started", Given.Noon, 0, 0, false, "")));
        var answers = new Queue<string>([$"false - {Given.Noon.AddHours(-1).ToUnixTimeSeconds()}", $"false - {Given.Noon.AddSeconds(2).ToUnixTimeSeconds()}"]);
        _nomad.OnExec = _ => (0, answers.Dequeue() + "\n", "");
        await WaitAsync();
        answers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_without_our_superuser_is_not_waited_for()
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.OnExec = _ => (2, "", "psql: error: connection to server failed: FATAL:  role \"postgres\" does not exist");
        var error = await Should.ThrowAsync<ServerDownException>(WaitAsync());
        error.Message.ShouldBe("the server runs, but the runbook cannot log in as its superuser postgres: role \"postgres\" does not exist");
        error.Next.ShouldContain("create role postgres superuser login");
    }

    public static TheoryData<string, bool> Ends => new()
    {
        { "refused", true }, { "three in a row", true }, { "allocation failed", true },
        { "once", false }, { "held", false }, { "three in a year", false },
    };

    [Theory, MemberData(nameof(Ends))]
    public async Task A_start_without_hope_is_told_at_once(string what, bool hopeless)
    {
        NomadTaskEvent[] events = what switch
        {
            "refused" => [Given.Ended(3)],
            "held" => [Given.Ended(4)],
            "three in a row" => [.. Enumerable.Range(0, 3).Select(i => Given.Ended(1, at: Given.Noon.AddSeconds(20 * i)))],
            "three in a year" => [.. Enumerable.Range(0, 3).Select(i => Given.Ended(1, at: Given.Noon.AddDays(100 * i)))],
            _ => [Given.Ended(1)],
        };
        _nomad.Set(Given.Allocation("postgres", what == "allocation failed" ? "failed" : "running", events));
        _nomad.Logs[true] = "LOG:  starting\n2026 FATAL:  could not map\nerror: the last word\nbye\n";
        _nomad.OnExec = _ => (2, "", "could not connect");

        var error = await Should.ThrowAsync<RunbookException>(WaitAsync());

        error.Message.ShouldBe(hopeless ? "the server does not start: the last word" : "the server does not take writes after 1 min 0 s");
    }

    [Fact]
    public async Task A_server_that_waits_for_a_variable_is_not_waited_for()
    {
        _nomad.Set(Given.Allocation("postgres", "pending", Given.Missing("nomad/jobs/postgres")));
        var error = await Should.ThrowAsync<RunbookException>(WaitAsync());
        error.Message.ShouldContain("waits for the Nomad variable nomad/jobs/postgres");
        error.Next.ShouldStartWith("nomad var put nomad/jobs/postgres ");
    }

    private Task WaitAsync() => _time.PassAsync(
        new ServerWait(Given.Settings, _nomad.Client, _listener, _time).UntilWritableAsync(TimeSpan.FromMinutes(1), Token));
}

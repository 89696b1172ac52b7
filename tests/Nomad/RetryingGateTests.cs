using Microsoft.Extensions.Time.Testing;
using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

public class RetryingGateTests
{
    private const string Refused = "Error: Put \"http://n:4646/v1/jobs\": dial tcp 127.0.0.1:4646: connect: connection refused";
    private const string Lost = "Error querying jobs: Get \"http://n:4646/v1/jobs\": EOF";

    private static readonly NomadCommands Nomad = new("nomad");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    // What never reached a server is done again, whatever it is; a lost answer is asked for again only by what changes nothing.
    [InlineData(true, Refused, 3), InlineData(true, Lost, 3), InlineData(false, Refused, 3), InlineData(false, Lost, 1)]
    // Agents that pass a call on put this before every answer of a server.
    [InlineData(true, "Unexpected response code: 500 (rpc error: nonexistent namespace)", 1), InlineData(true, "Unexpected response code: 500 (rpc error: 1 error occurred: job is invalid)", 1)]
    [InlineData(true, "Unexpected response code: 500 (rpc error: failed to get conn: rpc error: lead thread didn't get connection)", 3)]
    [InlineData(true, "Unexpected response code: 500 (rpc error: No cluster leader)", 3), InlineData(true, "Unexpected response code: 500 (rpc error: rpc error: EOF)", 3)]
    [InlineData(true, "Unexpected response code: 500 (rpc error: session shutdown)", 3), InlineData(true, "Unexpected response code: 500 (rpc error: Not ready to serve consistent reads)", 3)]
    [InlineData(true, "No job(s) with prefix or ID \"x\" found", 1)]
    public async Task A_nomad_that_has_answered_is_asked_again(bool asks, string said, int calls)
    {
        var time = new FakeTimeProvider();
        var times = 0;
        var warned = new List<string>();
        var gate = new RetryingGate(new FakeGate(i => i.Arguments is ["version"] || ++times > 2 ? (0, "", "") : (1, "", said)), time, warned.Add);
        await gate.RunAsync(Nomad.Version(), null, Token);
        var outcome = await time.PassAsync(gate.RunAsync(asks ? Nomad.Jobs() : Nomad.Dispatch("x", []), null, Token));
        times.ShouldBe(calls);
        outcome.ExitCode.ShouldBe(calls > 1 ? 0 : 1);
        warned.Count.ShouldBe(calls > 1 ? 1 : 0);
    }

    [Fact]
    public async Task What_a_run_asks_on_its_way_out_does_not_wait_again()
    {
        var time = new FakeTimeProvider();
        var (away, times) = (false, 0);
        var warned = new List<string>();
        var gate = new RetryingGate(new FakeGate(_ => ++times > 0 && away ? (1, "", Refused) : (0, "", "")), time, warned.Add);
        await gate.RunAsync(Nomad.Jobs(), null, Token);
        away = true;
        // Two at once share the wait, and what comes behind it fails at once, until Nomad has answered again.
        var both = Task.WhenAll(gate.RunAsync(Nomad.Jobs(), null, Token), gate.RunAsync(Nomad.Allocations(), null, Token));
        var began = time.GetUtcNow();
        (await time.PassAsync(both)).ShouldAllBe(o => o.ExitCode == 1);
        (time.GetUtcNow() - began).ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(70));
        times = 0;
        (await gate.RunAsync(Nomad.Jobs(), null, Token)).ExitCode.ShouldBe(1);
        (times, warned.Count).ShouldBe((1, 1));
        away = false;
        await gate.RunAsync(Nomad.Jobs(), null, Token);
        away = true;
        times = 0;
        (await time.PassAsync(gate.RunAsync(Nomad.Jobs(), null, Token))).ExitCode.ShouldBe(1);
        (times > 10, warned.Count).ShouldBe((true, 2));
    }

    [Theory]
    [InlineData("nomad", true), InlineData("git", false)]
    public async Task A_failure_is_an_answer_and_another_program_is_none(string program, bool waitsAnew)
    {
        var time = new FakeTimeProvider();
        var away = false;
        var warned = new List<string>();
        var gate = new RetryingGate(new FakeGate(i => i.Arguments is ["version"] ? (0, "", "") : (1, "", away && i.Executable == "nomad" ? Refused : "No job(s) found")), time, warned.Add);
        await gate.RunAsync(Nomad.Version(), null, Token);
        away = true;
        await time.PassAsync(gate.RunAsync(Nomad.Jobs(), null, Token));
        away = program != "nomad";
        await gate.RunAsync(program == "nomad" ? Nomad.Jobs() : new Invocation(program, ["status"]), null, Token);
        away = true;
        await time.PassAsync(gate.RunAsync(Nomad.Jobs(), null, Token));
        warned.Count.ShouldBe(waitsAnew ? 2 : 1);
    }

    [Fact]
    public async Task A_wrong_address_is_told_at_once()
    {
        var inner = new FakeGate(_ => (1, "", Refused));
        (await new RetryingGate(inner, TimeProvider.System, _ => { }).RunAsync(Nomad.Jobs(), null, Token)).ExitCode.ShouldBe(1);
        inner.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_no_nomad_is_never_started_twice()
    {
        var inner = new FakeGate(i => i.Executable == "nomad" ? (0, "", "") : (1, "", Refused));
        var gate = new RetryingGate(inner, TimeProvider.System, _ => { });
        await gate.RunAsync(Nomad.Jobs(), null, Token);
        await gate.RunAsync(new Invocation("terraform", ["apply"]), null, Token);
        inner.Asked.Count.ShouldBe(2);
    }
}

using Microsoft.Extensions.Time.Testing;
using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

/// <summary>A job that has no place is told within seconds, with the reason that its evaluation gives.</summary>
public class PlacementWatchTests
{
    // As Nomad 1.1.2 and 2.0.5 print them.
    private const string MissingVolume = """{"Status":"blocked","FailedTGAllocs":{"g":{"ConstraintFiltered":{"missing compatible host volumes":1},"DimensionExhausted":null,"NodesAvailable":{"dc1":1},"NodesEvaluated":1}}}""";
    private const string NoNode = """{"Status":"blocked","FailedTGAllocs":{"g":{"ConstraintFiltered":null,"DimensionExhausted":null,"NodesAvailable":{"dc1":0},"NodesEvaluated":0}}}""";
    private const string TakenPort = """{"Status":"blocked","FailedTGAllocs":{"g":{"ConstraintFiltered":null,"DimensionExhausted":{"network: reserved port collision postgres=5432":1},"NodesAvailable":{"dc1":1},"NodesEvaluated":1}}}""";

    private readonly FakeTimeProvider _time = new();
    private readonly FakeNomad _nomad = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MissingVolume, """{"ID":"1","Name":"db-1","Status":"ready"}""", 15, "constraint \"missing compatible host volumes\" excludes 1 node", "./build.sh Doctor")]
    [InlineData(NoNode, """{"ID":"1234567890","Name":"db-1","Status":"down"}""", 15, "no node is ready and eligible; node db-1 is down", "start the Nomad agent on db-1")]
    [InlineData(NoNode, """{"ID":"1234567890","Name":"db-1","Status":"ready","SchedulingEligibility":"ineligible"}""", 15, "node db-1 is ineligible", "nomad node eligibility -enable 12345678")]
    [InlineData(NoNode, """{"ID":"1234567890","Name":"db-1","Status":"ready","Drain":true}""", 15, "node db-1 is draining", "nomad node drain -disable 12345678")]
    [InlineData(TakenPort, """{"ID":"1","Name":"db-1","Status":"ready"}""", 60, "1 node exhausted: network: reserved port collision postgres=5432", "ask for less in the profile")]
    public async Task A_dispatched_job_without_a_place_ends_with_the_reason(string evaluation, string node, int seconds, string reason, string next)
    {
        _nomad.Unplaced = evaluation;
        _nomad.Nodes.Add(node);
        var begin = _time.GetUtcNow();
        var error = await Should.ThrowAsync<UnplacedException>(_time.PassAsync(new Dispatcher(_nomad.Client, _time).RunAsync(
            "pgbackrest", new Dictionary<string, string>(), TimeSpan.FromMinutes(5), null, null, Token)));
        error.Message.ShouldContain($"Nomad cannot place pgbackrest/dispatch-1: {(reason.StartsWith("node", StringComparison.Ordinal) ? "no node is ready and eligible; " : "")}{reason}");
        error.Next.ShouldContain(next);
        error.State.ShouldBe("the job was stopped again");
        (_time.GetUtcNow() - begin).ShouldBeLessThan(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task A_job_that_gets_its_place_a_moment_later_is_waited_for()
    {
        var watch = new PlacementWatch(_nomad.Client, _time);
        _nomad.Unplaced = MissingVolume;
        _time.Advance(TimeSpan.FromSeconds(3));
        (await watch.LookAsync("postgres", Token)).ShouldBeNull();
        _nomad.Unplaced = "";
        _time.Advance(TimeSpan.FromSeconds(3));
        (await watch.LookAsync("postgres", Token)).ShouldBeNull();
        _nomad.Unplaced = MissingVolume;
        _time.Advance(TimeSpan.FromSeconds(3));
        (await watch.LookAsync("postgres", Token)).ShouldBeNull("it counts from the last time that it had its place");
    }

    [Fact]
    public void An_evaluation_that_placed_everything_is_none() => PlacementFailure.Parse("""{"Status":"complete","FailedTGAllocs":null}""").ShouldBeNull();
}

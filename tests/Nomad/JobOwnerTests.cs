using Runbook;
using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

public class JobOwnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("+/- Meta[cluster]: \"postgres\" => \"orders\"", "job pgbackrest-init belongs to cluster postgres, this is cluster orders", "set pgbackrest.initJobName to another name")]
    [InlineData("+ Meta[cluster]: \"orders\"\n+ Meta[runbook]: \"postgresql-on-nomad\"", "job pgbackrest-init is in Nomad and is not the runbook's", "./build.sh Import takes it over")]
    public async Task A_plan_that_would_replace_a_job_of_somebody_else_is_refused(string meta, string reason, string next)
    {
        var gate = new FakeGate(_ => (1, $"+/- Job: \"pgbackrest-init\"\n{meta}\n\nJob Modify Index: 7\n", ""));
        await Refused(Client(gate).PlanAsync("", Token), reason, next);
    }

    [Theory]
    [InlineData("+ Job: \"pgbackrest-init\"\n+ Meta[cluster]: \"orders\"\n+ Meta[runbook]: \"postgresql-on-nomad\"")]
    [InlineData("+/- Job: \"pgbackrest-init\"\n+/- Meta[note]: \"a\" => \"b\"")]
    [InlineData("Job: \"pgbackrest-init\"")]
    public async Task A_plan_for_a_job_of_this_cluster_passes(string diff) =>
        await Client(new FakeGate(_ => (1, $"{diff}\n\nJob Modify Index: 7\n", ""))).PlanAsync("", Token);

    [Theory]
    [InlineData("""{"ID":"pgbackrest","Meta":{"runbook":"postgresql-on-nomad","cluster":"postgres"}}""", "belongs to cluster postgres")]
    [InlineData("""{"ID":"pgbackrest","Meta":null}""", "is not the runbook's")]
    public async Task Nothing_is_dispatched_to_and_nothing_stopped_of_somebody_else(string job, string reason)
    {
        var gate = new FakeGate(i => i.Arguments is ["job", "inspect", ..] ? (0, job, "") : throw new InvalidOperationException($"{i}"));
        await Refused(Client(gate).DispatchAsync("pgbackrest", [], Token), reason, "set pgbackrest.jobName");
        await Refused(Client(gate).StopAsync("pgbackrest", purge: true, Token), reason, "set pgbackrest.jobName");
        await Refused(Client(gate).GuardAsync(["pgbackrest"], Token), reason, "set pgbackrest.jobName");
    }

    [Fact]
    public async Task A_job_is_looked_at_once()
    {
        var gate = new FakeGate(i => i.Arguments is ["job", "inspect", ..]
            ? (0, """{"ID":"pgbackrest","Meta":{"runbook":"postgresql-on-nomad","cluster":"orders"}}""", "")
            : (0, "Dispatched Job ID = pgbackrest/dispatch-1-a\n", ""));
        var client = Client(gate);
        await client.DispatchAsync("pgbackrest", [], Token);
        await client.DispatchAsync("pgbackrest", [], Token);
        gate.Asked.Count(i => i.Arguments is ["job", "inspect", ..]).ShouldBe(1);
    }

    [Theory]
    [InlineData(TakeOverScope.Unmanaged, null, true)]
    [InlineData(TakeOverScope.Unmanaged, "postgres", false)]
    [InlineData(TakeOverScope.Everything, null, true)]
    [InlineData(TakeOverScope.Everything, "postgres", true)]
    public void Import_takes_over_what_it_was_told_to(TakeOverScope scope, string? owner, bool taken)
    {
        var meta = owner is null ? "" : $"\"runbook\":\"postgresql-on-nomad\",\"cluster\":\"{owner}\"";
        var guard = () => Owner(scope).Guard(NomadJson.Job($"{{\"ID\":\"pgbackrest\",\"Meta\":{{{meta}}}}}"));
        if (taken)
            guard.ShouldNotThrow();
        else
            guard.ShouldThrow<RunbookException>().Code.ShouldBe(ExitCode.Refused);
    }

    private static JobOwner Owner(TakeOverScope scope = TakeOverScope.Nothing) =>
        new("orders", id => id == "pgbackrest" ? "pgbackrest.jobName" : "pgbackrest.initJobName", scope);

    private static NomadClient Client(IProcessGate gate) => new(new NomadCommands("nomad"), gate) { Owner = Owner() };

    private static async Task Refused(Task asked, string reason, string next)
    {
        var error = await Should.ThrowAsync<RunbookException>(asked);
        error.Code.ShouldBe(ExitCode.Refused);
        error.Message.ShouldContain(reason);
        error.Next.ShouldContain(next);
    }
}

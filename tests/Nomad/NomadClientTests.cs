using Runbook;
using Runbook.Nomad;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Nomad;

public class NomadClientTests
{
    private const string Refused = "Error querying jobs: Get \"http://127.0.0.1:4646/v1/jobs\": dial tcp 127.0.0.1:4646: connect: connection refused";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Nomad v1.1.2 (60638a086ef9630e2a9ba1e237e8426192a44244)", "1.1.2"), InlineData("Nomad v2.0.5\nBuildDate 2026-04-01", "2.0.5")]
    [InlineData("Nomad v1.11.0-beta.1", "1.11.0")]
    public async Task The_version_is_read(string output, string version) =>
        (await FakeGate.Client(0, output).VersionAsync(Token)).ShouldBe(Version.Parse(version));

    [Theory]
    [InlineData(0, "Nomad v1.0.9", "nomad 1.0.9 is too old: 1.1 or newer is needed"), InlineData(0, "hello", "did not tell a version")]
    [InlineData(127, "", "did not tell a version")]
    public async Task A_version_that_will_not_do_is_wrong_use(int code, string output, string reason)
    {
        var error = await Should.ThrowAsync<RunbookException>(FakeGate.Client(code, output).VersionAsync(Token));
        error.Code.ShouldBe(ExitCode.WrongUse);
        error.Message.ShouldContain(reason);
        error.Next.ShouldContain("--nomad /path/to/nomad");
    }

    [Theory]
    [InlineData(0, """{"Job":{"ID":"pgbackrest"}}""", "", true)]
    // Another job of which the name asked for is a prefix.
    [InlineData(0, """{"Job":{"ID":"pgbackrest-full"}}""", "", false)]
    [InlineData(1, "", "Prefix matched multiple jobs\n\nID Type", false)]
    [InlineData(1, "", "No job(s) with prefix or id \"pgbackrest\" found", false)]
    [InlineData(1, "", "Prefix \"pgbackrest\" matched multiple jobs\n\nID Type", false)]
    [InlineData(1, "", "No job(s) with prefix or ID \"pgbackrest\" found", false)]
    public async Task Only_the_very_job_is_found(int code, string output, string error, bool found) =>
        ((await FakeGate.Client(code, output, error).JobAsync("pgbackrest", Token)) is not null).ShouldBe(found);

    // Whatever a future version says: the list of the jobs has it or not.
    [Theory]
    [InlineData("pgbackrest-full", false), InlineData("pgbackrest", true)]
    public async Task A_job_that_cannot_be_inspected_is_missing_only_if_the_list_lacks_it(string listed, bool fails)
    {
        var gate = new FakeGate(i => i.Arguments is ["job", "status"]
            ? (0, $"ID               Type     Priority  Status   Submit Date\n{listed,-15}  service  50        running  2026-11-30T07:06:22Z\n", "")
            : (1, "", "nothing here is called so; not found"));
        var asked = new NomadClient(new NomadCommands("nomad"), gate).JobAsync("pgbackrest", Token);
        if (fails)
            (await Should.ThrowAsync<RunbookException>(asked)).Message.ShouldContain("nomad job inspect pgbackrest ended with 1: nothing here");
        else
            (await asked).ShouldBeNull();
    }

    [Fact]
    public async Task A_nomad_that_is_away_has_no_missing_jobs() =>
        (await Should.ThrowAsync<RunbookException>(FakeGate.Client(1, "", Refused).JobAsync("pgbackrest", Token))).Message.ShouldContain("does not answer");

    [Fact]
    public async Task A_job_is_only_stopped_if_it_is_the_very_one()
    {
        var gate = new FakeGate(_ => (0, """{"Job":{"ID":"pgbackrest-full"}}""", ""));
        await new NomadClient(new NomadCommands("nomad"), gate).StopAsync("pgbackrest-f", purge: true, Token);
        gate.Asked.Select(i => i.ToString()).ShouldBe(["nomad job inspect pgbackrest-f"]);
    }

    [Theory]
    [InlineData(Refused, ExitCode.Failed, "Nomad does not answer", "check NOMAD_ADDR")]
    [InlineData("Unexpected response code: 403 (Permission denied)", ExitCode.WrongUse, "403, permission denied", "set NOMAD_TOKEN")]
    [InlineData("Unexpected response code: 500 (no leader)", ExitCode.Failed, "nomad alloc status -json ended with 1", "./build.sh Doctor")]
    [InlineData("Error querying jobs: Get \"https://n:4646/v1/jobs\": http: server gave HTTP response to HTTPS client", ExitCode.WrongUse, "NOMAD_ADDR", "write the address with http://")]
    [InlineData("Error querying jobs: Unexpected response code: 400 (Client sent an HTTP request to an HTTPS server.)", ExitCode.WrongUse, "NOMAD_ADDR", "write the address with https://")]
    [InlineData("Error querying jobs: Get \"https://n:4646/v1/jobs\": tls: failed to verify certificate: x509: certificate signed by unknown authority", ExitCode.WrongUse, "the certificate of Nomad is not accepted", "NOMAD_CACERT")]
    [InlineData("Get \"https://n:4646/v1/jobs\": x509: certificate is valid for server.global.nomad, localhost, not n", ExitCode.WrongUse, "the certificate of Nomad is not accepted", "NOMAD_TLS_SERVER_NAME")]
    [InlineData("Error querying jobs: Get \"https://n:4646/v1/jobs\": remote error: tls: certificate required", ExitCode.WrongUse, "does not accept the certificate of this machine", "NOMAD_CLIENT_CERT")]
    [InlineData("Error initializing client: Error loading CA File: open /ca.pem: no such file or directory", ExitCode.WrongUse, "open /ca.pem", "NOMAD_CACERT")]
    [InlineData("Get \"http://n:4646/v1/jobs\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)", ExitCode.Failed, "Nomad does not answer", "check NOMAD_ADDR")]
    // Between the servers: no variable of the operator helps.
    [InlineData("Unexpected response code: 500 (rpc error: failed to get conn: x509: certificate has expired)", ExitCode.Failed, "Nomad does not answer", "check NOMAD_ADDR")]
    [InlineData("Unexpected response code: 500 (rpc error: session shutdown)", ExitCode.Failed, "Nomad does not answer", "check NOMAD_ADDR")]
    [InlineData("Error during plan: Unexpected response code: 500 (1 error occurred:\n\t* job \"x\" is in nonexistent namespace \"apps\")", ExitCode.WrongUse, "Nomad has no namespace apps", "nomad namespace apply apps")]
    [InlineData("Unexpected response code: 500 (rpc error: nonexistent namespace)", ExitCode.WrongUse, "Nomad has no namespace:", "nomad namespace apply NAME")]
    [InlineData("Error retrieving namespaces: Namespace \"apps\" matched no namespaces", ExitCode.WrongUse, "Nomad has no namespace apps", "nomad namespace apply apps")]
    public async Task A_failure_says_what_to_do(string said, ExitCode code, string reason, string next)
    {
        var error = await Should.ThrowAsync<RunbookException>(FakeGate.Client(1, "", said).AllocationsAsync(Token));
        error.Code.ShouldBe(code);
        error.Message.ShouldContain(reason);
        error.Next.ShouldContain(next);
    }

    [Theory]
    [InlineData(0, "Job: \"pgbackrest\"\nTask Group: \"a\" (1 in-place update)\n\nJob Modify Index: 12\n", false, 12ul)]
    [InlineData(1, "+ Job: \"postgres\"\n+ Task Group: \"a\" (1 create)\n\nJob Modify Index: 0\n", true, 0ul)]
    [InlineData(1, "+/- Job: \"postgres\"\n+/- Stop: \"true\" => \"false\"\n\nJob Modify Index: 9\n", true, 9ul)]
    [InlineData(0, "+/- Job: \"pgbackrest-full\"\n\nJob Modify Index: 9\n", true, 9ul)]
    // A difference further down is none of the job's header.
    [InlineData(0, "Job: \"a\"\n+ Job: nonsense\n\nJob Modify Index: 1\n", false, 1ul)]
    public async Task A_plan_tells_changes_by_its_header(int code, string output, bool changed, ulong index)
    {
        var plan = await FakeGate.Client(code, output).PlanAsync("job", Token);
        (plan.Changed, plan.ModifyIndex).ShouldBe((changed, index));
    }

    [Theory]
    [InlineData(255, "", "Error during plan: parse error"), InlineData(0, "Job: \"a\"", "")]
    public async Task A_plan_that_failed_is_an_error(int code, string output, string error) =>
        (await Should.ThrowAsync<RunbookException>(FakeGate.Client(code, output, error).PlanAsync("job", Token))).Code.ShouldBe(ExitCode.Failed);

    [Fact]
    public async Task A_job_changed_by_someone_else_is_told_apart()
    {
        const string said = "Error submitting job: Unexpected response code: 500 (Enforcing job modify index 7: job exists with conflicting job modify index: 9)";
        (await Should.ThrowAsync<JobChangedException>(FakeGate.Client(1, "", said).RunAsync("job", 7, Token))).Code.ShouldBe(ExitCode.Refused);
        await Should.ThrowAsync<RunbookException>(FakeGate.Client(1, "", "parse error").RunAsync("job", 7, Token));
        await Should.NotThrowAsync(FakeGate.Client(0, "").RunAsync("job", 7, Token));
    }

    [Fact]
    public async Task A_jobspec_that_is_not_accepted_is_wrong_configuration()
    {
        var error = await Should.ThrowAsync<RunbookException>(FakeGate.Client(1, "", "Job validation errors: ...").ValidateAsync("postgres.nomad.hcl", "x", Token));
        error.Code.ShouldBe(ExitCode.WrongUse);
        error.Message.ShouldBe("Nomad does not accept postgres.nomad.hcl: Job validation errors: ...");
        (await Should.ThrowAsync<RunbookException>(FakeGate.Client(1, "", Refused).ValidateAsync("f", "x", Token))).Code.ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task A_dispatch_gives_the_id_of_the_child()
    {
        const string said = "Dispatched Job ID = pgbackrest/dispatch-1795363521-0f3a\nEvaluation ID     = 6c2b\n";
        (await FakeGate.Client(0, said).DispatchAsync("pgbackrest", [], Token)).ShouldBe("pgbackrest/dispatch-1795363521-0f3a");
        (await Should.ThrowAsync<RunbookException>(FakeGate.Client(0, "fine").DispatchAsync("pgbackrest", [], Token)))
            .Message.ShouldContain("no dispatched job id");
    }

    // No task that never started has a log, and what a lost node has nobody can read.
    [Theory]
    [InlineData("complete", "Started", "Unexpected response code: 404 (task \"t\" not started yet. No logs available)", false)]
    [InlineData("failed", "Driver Failure", "Unexpected response code: 500 (no such file)", false)]
    [InlineData("lost", "Started", "Unexpected response code: 404 (No path to node)", false)]
    [InlineData("complete", "Started", "Error reading file: Unexpected response code: 403 (Permission denied)", true)]
    [InlineData("running", "Started", "Error reading file: Unexpected response code: 404 (No path to node)", true)]
    public async Task A_log_that_cannot_be_read_is_no_empty_one(string status, string happened, string said, bool fails)
    {
        var allocation = Given.Allocation("t", status, new NomadTaskEvent(happened, Given.Noon, 0, 0, false, ""));
        var client = FakeGate.Client(1, "", said);
        (await client.LogsSoFarAsync(allocation, "t", false, Token)).ShouldBeEmpty();
        if (fails)
            (await Should.ThrowAsync<RunbookException>(client.LogsAsync(allocation, "t", false, Token))).Message.ShouldContain(said.Contains("403", StringComparison.Ordinal) ? "403" : "No path to node");
        else
            (await client.LogsAsync(allocation, "t", false, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_nodes_of_the_list_are_sorted_and_not_asked()
    {
        var gate = new FakeGate(_ => (0, """[{"ID":"2","Name":"n2","Status":"down"},{"ID":"1","Name":"n1","Status":"ready","Drain":true}]""", ""));
        var nodes = await new NomadClient(new NomadCommands("nomad"), gate).NodesAsync(Token);
        nodes.Select(n => (n.Name, n.Trouble)).ShouldBe([("n1", "draining"), ("n2", "down")]);
        gate.Asked.ShouldHaveSingleItem();
    }

    // A region of hundreds is no reason for hundreds of processes.
    [Fact]
    public async Task Only_nodes_that_matter_are_asked_and_a_few_at_once()
    {
        var gate = new CountingGate();
        var nodes = await new NomadClient(new NomadCommands("nomad"), gate).NodesAsync(n => n.Datacenter == "dc1", Token);
        nodes.Length.ShouldBe(60);
        nodes.Where(n => n.HostVolumes.Contains("data")).Select(n => n.Datacenter).ShouldBe(Enumerable.Repeat("dc1", 30));
        (gate.Calls, gate.AtOnce <= 8).ShouldBe((31, true));
    }

    private sealed class CountingGate : IProcessGate
    {
        private readonly Lock _lock = new();
        private int _running;

        public int Calls { get; private set; }

        public int AtOnce { get; private set; }

        public async Task<Outcome> RunAsync(Invocation invocation, Action<string>? onOutputLine, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                Calls++;
                AtOnce = Math.Max(AtOnce, ++_running);
            }
            await Task.Yield();
            lock (_lock)
                _running--;
            return new Outcome(invocation, 0, invocation.Arguments.Length == 3 ? $"[{string.Join(',', Enumerable.Range(100, 60).Select(i => Json(i, "null")))}]" : Json(int.Parse(invocation.Arguments[^1]), """{"data":{}}"""), "");
        }

        private static string Json(int id, string volumes) => $$"""{"ID":"{{id}}","Name":"n{{id}}","Datacenter":"dc{{id / 130 + 1}}","HostVolumes":{{volumes}}}""";
    }
}

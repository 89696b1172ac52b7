using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Nomad;
using Runbook.Settings;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Xunit;

namespace Tests.Steps;

public sealed class TerraformEngineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pgn-terraform-");
    private readonly FakeNomad _nomad = new() { JobId = "postgres" };
    private readonly RecordingListener _listener = new();
    private readonly List<string> _asked = [];
    private readonly List<string> _approved = [];
    private readonly Queue<string> _plans = [];
    private string _state = "";
    private string _takeOver = "";

    private static readonly ApplyTerraform StartsServer = new([Given.Change(JobRole.Postgres, "postgres").Job with { Text = "{}" }], []);
    private static readonly ApplyTerraform StopsServer = new([], [new("postgres", JobRole.Postgres, Purge: false, EndRuns: true, Configured: true)]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_runs_and_the_state_does_not_know_is_taken_over_by_the_plan()
    {
        _nomad.Has("postgres", new Dictionary<string, string>());
        _plans.Enqueue(Plan(("postgres", "update", true, "")));
        await Engine().ApplyAsync(StartsServer, Token);
        _takeOver.ShouldBe("import {\n  to = nomad_job.server[0]\n  id = \"postgres@default\"\n}\n");
        _listener.Said.ShouldBe(["note terraform takes over postgres (nomad_job.server[0])"]);
        _asked.ShouldBe(["init", "state", "plan", "show", "apply"]);
        Directory.GetFiles(_folder.FullName).ShouldBeEmpty("it was for that plan only");
    }

    [Theory]
    [InlineData(true, ""), InlineData(false, "nomad_job.server[0]")]
    public async Task What_is_stopped_or_known_already_is_not(bool stopped, string state)
    {
        _state = state;
        _nomad.Has("postgres", new Dictionary<string, string>(), stopped);
        _plans.Enqueue(Plan(("postgres", "create", false, "")));
        await Engine().ApplyAsync(StartsServer, Token);
        _takeOver.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_whose_creation_was_not_seen_to_its_end_is_not_stopped_for_it()
    {
        _plans.Enqueue(Plan(("postgres", "delete,create", false, "replace_because_tainted")));
        _plans.Enqueue(Plan(("postgres", "no-op", false, "")));
        await Engine().ApplyAsync(StartsServer, Token);
        _asked.ShouldBe(["init", "state", "plan", "show", "untaint", "plan", "show"], "then there is nothing to apply");
    }

    [Fact]
    public async Task A_refusal_comes_before_the_first_step()
    {
        _plans.Enqueue(Plan(("postgres", "delete", false, ""), ("other", "delete", false, "")));
        var plan = new ProcedurePlan("Stop", [new RemoveJob("x"), StopsServer], []);
        var runner = new PlanRunner(GivenSteps.Executor(_nomad, _listener, new FakeTimeProvider()), _listener, new FakeTimeProvider(), Engine());
        (await Should.ThrowAsync<RunbookException>(runner.RunAsync(plan, dryRun: false, Token))).Code.ShouldBe(ExitCode.Refused);
        _listener.Said.ShouldBe(["plan Stop"]);
        _asked.ShouldNotContain("apply");
    }

    [Fact]
    public async Task A_refusal_after_a_step_says_what_was_done()
    {
        _plans.Enqueue(Plan(("postgres", "delete", false, "")));
        _plans.Enqueue(Plan(("other", "delete", false, "")));
        var plan = new ProcedurePlan("Undo", [StopsServer, StartsServer], []);
        var engine = Engine();
        var runner = new PlanRunner(GivenSteps.Executor(_nomad, _listener, new FakeTimeProvider(), engine), _listener, new FakeTimeProvider(), engine);
        var refused = await Should.ThrowAsync<RunbookException>(runner.RunAsync(plan, dryRun: false, Token));
        refused.Code.ShouldBe(ExitCode.Refused);
        refused.State.ShouldStartWith("1 of 2 steps are done, the last one: ");
    }

    [Fact]
    public async Task What_was_seen_and_asked_for_is_applied_as_it_was_and_asked_once()
    {
        _plans.Enqueue(Plan(("postgres", "delete", false, "")));
        var engine = Engine(Given.Settings with { Terraform = new() { Confirm = true } });
        await engine.PrepareAsync(new ProcedurePlan("Undo", [StopsServer, new ArchiveWal(), StartsServer], []), Token);
        _approved.ShouldBe(["apply what Terraform plans, then terraform apply: submit postgres"]);
        await engine.ApplyAsync(StopsServer, Token);
        _asked.ShouldBe(["init", "state", "plan", "show", "apply"]);

        _plans.Enqueue(Plan(("postgres", "create", false, "")));
        await engine.ApplyAsync(StartsServer, Token);
        await engine.PrepareAsync(new ProcedurePlan("next", [new ArchiveWal()], []), Token);
        _asked.Skip(5).ShouldBe(["state", "plan", "show", "apply"]);
        _approved.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_deployment_of_which_Terraform_would_change_nothing_does_nothing()
    {
        var engine = Engine();
        var empty = new ProcedurePlan("Deploy", [], []);
        _plans.Enqueue(Plan(("postgres", "no-op", false, "")));
        (await engine.CompleteAsync(empty, Given.Running, [Given.Change(JobRole.Postgres, "postgres", changed: false)], dryRun: false, Token)).Steps.ShouldBeEmpty();
        (await engine.CompleteAsync(empty, Given.Running, [], dryRun: true, Token)).Steps.ShouldBeEmpty();

        _plans.Enqueue(Plan(("postgres", "update", false, "")));
        var due = await engine.CompleteAsync(empty, Given.Running, [Given.Change(JobRole.Postgres, "postgres", changed: false)], dryRun: false, Token);
        due.Steps.ShouldHaveSingleItem().Title.ShouldBe("terraform apply: bring what runs to what is configured");
        due.Notes.ShouldHaveSingleItem().ShouldContain("terraform.backend");
    }

    [Fact]
    public async Task Nomad_has_what_was_asked_for_whatever_the_state_says()
    {
        _state = "nomad_job.server[0]";
        _nomad.Has("postgres", new Dictionary<string, string>());
        _plans.Enqueue(Plan(("postgres", "no-op", false, "")));
        await Step(StartsServer);
        _nomad.Asked.ShouldContain(said => said.Contains("job run"));
        _listener.Said.ShouldBe(["note postgres was changed outside of Terraform: it is changed back"]);

        _plans.Enqueue(Plan());
        _nomad.Set(Given.Allocation("postgres", "running"));
        await Step(StopsServer);
        _nomad.Jobs["postgres"].Stopped.ShouldBeTrue();
        _listener.Said[^1].ShouldBe("note postgres is not in Terraform's state: it is stopped without Terraform");
        _nomad.Allocations.ShouldAllBe(a => a.Ended);
    }

    [Fact]
    public async Task Destroy_leaves_nothing_in_Nomad_where_Terraform_does_not_purge()
    {
        _nomad.Has("postgres", new Dictionary<string, string>(), stopped: true);
        _plans.Enqueue(Plan());
        await Step(new([], [new("postgres", JobRole.Postgres, Purge: true, EndRuns: true, Configured: true)]));
        _nomad.Jobs.ShouldNotContainKey("postgres");
    }

    private Task Step(ApplyTerraform step)
    {
        var executor = GivenSteps.Executor(_nomad, _listener, new FakeTimeProvider(), Engine());
        return executor.RunAsync(step, Token);
    }

    private TerraformEngine Engine(ClusterSettings? settings = null) => new(
        settings ?? Given.Settings, new TerraformClient(new("terraform", _folder.FullName), new FakeGate(Terraform)), _nomad.Client, () => { }, _approved.Add, _listener);

    private (int Code, string Output, string Error) Terraform(Invocation invocation)
    {
        var verb = invocation.Arguments[1];
        _asked.Add(verb);
        var takeOver = Path.Combine(_folder.FullName, TerraformCommands.TakeOverFile);
        if (verb == "plan")
            _takeOver = File.Exists(takeOver) ? File.ReadAllText(takeOver) : "";
        return (0, verb switch { "state" => _state, "show" => _plans.Dequeue(), _ => "" }, "");
    }

    private static string Plan(params (string Job, string Actions, bool TakenOver, string Reason)[] changes) => JsonSerializer.Serialize(new
    {
        format_version = "1.2",
        resource_changes = changes.Select(c => new
        {
            address = $"nomad_job.{(c.Job == "postgres" ? "server" : c.Job)}[0]", mode = "managed", type = "nomad_job", action_reason = c.Reason,
            change = new { actions = c.Actions.Split(','), before = new { id = c.Job }, importing = c.TakenOver ? new { id = c.Job } : null },
        }),
    });
}

using Runbook;
using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

public class TerraformClientTests
{
    private static readonly TerraformCommands Commands = new("terraform", "/r/jobs/p/terraform");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Commands_are_words_and_nothing_of_the_environment_changes_them()
    {
        var plan = Commands.Plan([new("server", false)], ["nomad_job.server"]);
        plan.Arguments.ShouldBe(
        [
            "-chdir=/r/jobs/p/terraform", "plan", "-input=false", "-no-color", "-lock-timeout=5s", "-out=/r/jobs/p/terraform/.terraform/runbook.tfplan",
            "-var=server=false", "-target=nomad_job.server",
        ]);
        plan.Environment["TF_CLI_ARGS_plan"].ShouldBeEmpty();
        var apply = Commands.Apply(TimeSpan.FromMinutes(15));
        apply.Arguments[^1].ShouldBe(Commands.PlanFile, "the plan that was looked at, and no other");
        (apply.Grace, apply.SaysInterrupted).ShouldBe((TimeSpan.FromMinutes(17), "Interrupt received"));
        apply.Remedy.ShouldContain("--terraform");
    }

    [Fact]
    public async Task A_plan_is_read_from_its_JSON()
    {
        var changes = await Client(0, Plan).PlanAsync([], [], Token);
        changes.Select(c => (c.Address, c.Job, string.Join('+', c.Actions), c.Tainted, c.TakenOver, c.Any)).ShouldBe(
        [
            ("nomad_job.check[0]", "pgbackrest-check", "create", false, false, true),
            ("nomad_job.full[0]", "pgbackrest-full", "no-op", false, true, true),
            ("nomad_job.incr[0]", "pgbackrest-incr", "no-op", false, false, false),
            ("nomad_job.server[0]", "postgres", "delete+create", true, false, true),
        ]);
    }

    [Fact]
    public async Task What_is_no_plan_is_said()
    {
        foreach (var answer in (string[])["", "{}", "[]"])
            (await Should.ThrowAsync<RunbookException>(Client(0, answer).PlanAsync([], [], Token))).Message.ShouldContain("cannot be read");
    }

    [Fact]
    public async Task A_state_that_another_run_holds_says_who_it_is()
    {
        var error = await Should.ThrowAsync<RunbookException>(Client(1, "", Locked).PlanAsync([], [], Token));
        error.Code.ShouldBe(ExitCode.Held);
        error.Message.ShouldBe("Terraform's state is held by ann@desk (apply) since 2026-11-23 01:54:48.6 +0000 UTC");
        error.Next.ShouldEndWith("terraform -chdir=/r/jobs/p/terraform force-unlock 94094876-e915-6f21-e851-f391858e586a");

        var broken = await Should.ThrowAsync<RunbookException>(Client(1, "", "Error: Error acquiring the state lock\n\nError message: no such table").PlanAsync([], [], Token));
        (broken.Code, broken.Message).ShouldBe((ExitCode.Failed, "Terraform's state cannot be locked: Error acquiring the state lock Error message: no such table"));
    }

    [Theory]
    [InlineData("Error: Saved plan is stale\n\nThe given plan file can no longer be applied", ExitCode.Held, "someone else since Terraform planned: Saved plan is stale The given")]
    [InlineData("│ Error: error applying jobspec: Unexpected response code: 500 (Enforcing job modify index 5: job exists with conflicting job modify index: 7)", ExitCode.Held, "Enforcing")]
    [InlineData("╷\n│ Error: error waiting for job 'pg' to schedule/deploy successfully: deployment failed\n│\n│   with nomad_job.server[0],\n│   on main.tf line 18, in resource", ExitCode.Failed, "terraform apply failed: error waiting for job 'pg' to schedule/deploy successfully: deployment failed")]
    public async Task A_failed_apply_says_why(string said, ExitCode code, string message)
    {
        var error = await Should.ThrowAsync<RunbookException>(Client(1, "", said).ApplyAsync(TimeSpan.FromMinutes(1), Token));
        error.Code.ShouldBe(code);
        error.Message.ShouldContain(message);
        error.Message.ShouldNotContain("main.tf");
        error.Next.ShouldContain("the same command");
    }

    [Fact]
    public async Task No_state_is_an_empty_one()
    {
        (await Client(1, "", "No state file was found!\n\nState management commands require").StateAsync(Token)).ShouldBeEmpty();
        (await Client(0, "nomad_job.full[0]\nnomad_job.server[0]\n").StateAsync(Token)).ShouldBe(["nomad_job.full[0]", "nomad_job.server[0]"]);
        (await Should.ThrowAsync<RunbookException>(Client(1, "", "Error: no credentials").StateAsync(Token))).Message.ShouldBe("terraform state failed: no credentials");
    }

    [Fact]
    public async Task What_cannot_begin_is_wrong_use_with_the_command_that_shows_it()
    {
        var error = await Should.ThrowAsync<RunbookException>(Client(1, "", "Error: Failed to query available provider packages\n\nCould not retrieve").InitAsync(Token));
        (error.Code, error.Message).ShouldBe((ExitCode.WrongUse, "Terraform cannot begin: Failed to query available provider packages Could not retrieve"));
        error.Next.ShouldBe("terraform -chdir=/r/jobs/p/terraform init -input=false -no-color");
    }

    private static TerraformClient Client(int code, string output, string error = "") => new(Commands, new FakeGate(_ => (code, output, error)));

    private const string Plan =
        """
        {"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[
          {"address":"nomad_job.check[0]","mode":"managed","type":"nomad_job","change":{"actions":["create"],"before":null,"after":{"name":"pgbackrest-check"}}},
          {"address":"nomad_job.full[0]","mode":"managed","type":"nomad_job","change":{"actions":["no-op"],"before":{"id":"pgbackrest-full"},"after":{},"importing":{"id":"pgbackrest-full@default"}}},
          {"address":"nomad_job.incr[0]","mode":"managed","type":"nomad_job","change":{"actions":["no-op"],"before":{"id":"pgbackrest-incr"},"after":{}}},
          {"address":"nomad_job.server[0]","mode":"managed","type":"nomad_job","change":{"actions":["delete","create"],"before":{"id":"postgres"},"after":{"name":"postgres"}},"action_reason":"replace_because_tainted"},
          {"address":"data.nomad_regions.all","mode":"data","type":"nomad_regions","change":{"actions":["read"],"before":null,"after":{}}}]}
        """;

    private const string Locked =
        """
        ╷
        │ Error: Error acquiring the state lock
        │
        │ Error message: resource temporarily unavailable
        │ Lock Info:
        │   ID:        94094876-e915-6f21-e851-f391858e586a
        │   Path:      terraform.tfstate
        │   Operation: OperationTypeApply
        │   Who:       ann@desk
        │   Version:   1.11.4
        │   Created:   2026-11-23 01:54:48.6 +0000 UTC
        │   Info:
        ╵
        """;
}

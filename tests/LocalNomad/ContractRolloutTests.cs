using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>What a plan says of a change, the versions that a job has had, and the way back to one of them.</summary>
[Collection(ContractAgent.Name)]
public class ContractRolloutTests(NomadFixture nomad)
{
    private static string Body(string conf, string more = "") => $$"""
        env {
          ONE = "1"
        }
        template {
          destination = "local/x.conf"
          perms       = "644"
          change_mode = "noop"
          data        = <<E
        {{conf}}
        E
        }
        {{more}}
        """;

    [Fact]
    public async Task A_plan_names_each_field_that_differs_and_what_it_forces()
    {
        var id = nomad.UniqueId("differs");
        await nomad.SubmitAsync(id, Jobs.Service(id, "exec sleep 300", task: Body("one = 'a \"q\"'")));
        await nomad.AllocationAsync(id, "running");

        (await PlanAsync(id, Jobs.Service(id, "exec sleep 300", task: Body("one = 'a \"q\"'")))).ShouldStartWith($"""
            Job: "{id}"
            Task Group: "main" (1 ignore)
              Task: "work"

            """);
        var text = await PlanAsync(id, Jobs.Service(
            id, "exec sleep 301", job: "meta {\n one = \"x\"\n }", task: Body("two", "resources {\n memory = 301\n }").Replace("ONE = \"1\"", "ONE = \"2\"", StringComparison.Ordinal)));
        text.ShouldStartWith($"""
            +/- Job: "{id}"
            +   Meta[one]: "x"
            +/- Task Group: "main" (1 create/destroy update)
              +/- Task: "work" (forces create/destroy update)
                +/- Env[ONE]: "1" => "2"
                +/- Config {"{"}
                      args[0]: "-c"
                  +/- args[1]: "exec sleep 300" => "exec sleep 301"
                      command: "/bin/sh"
                    {"}"}

            """);
        text.ShouldMatch("      \\+/- MemoryMB: +\"300\" => \"301\"\n");
        if (await nomad.IsFromAsync(1, 3))
        {
            text.ShouldMatch("""
                    \+/- Template \{
                          ChangeMode: +"noop"
                          ChangeSignal: +""
                          DestPath: +"local/x.conf"
                      \+/- EmbeddedTmpl: +"one = 'a \\"q\\"'\\n" => "two\\n"
                """.ReplaceLineEndings("\n"));
        }
        else
        {
            text.ShouldContain("+   Template {\n        + ChangeMode:   \"noop\"\n          ChangeSignal: \"\"\n        + DestPath:     \"local/x.conf\"\n        + EmbeddedTmpl: \"two\\n\"\n");
            text.ShouldContain("        - EmbeddedTmpl: \"one = 'a \\\"q\\\"'\\n\"\n");
        }

        // What the runbook reads of it is the same, however it is laid out.
        var templates = JobDiffText.Parse(text).Blocks.Single().Blocks.Single(part => part.Kind == "Task").Blocks.Where(block => block.Kind == "Template").ToList();
        templates.Any(block => block.Field("EmbeddedTmpl") is { } field && field.New == "two\n").ShouldBeTrue();
        templates.Any(block => block.Field("EmbeddedTmpl") is { } field && field.Old == "one = 'a \"q\"'\n").ShouldBeTrue();
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    [Fact]
    public async Task A_plan_tells_what_leaves_the_task_running_and_what_was_stopped_or_scaled()
    {
        var id = nomad.UniqueId("effects");
        var text = Jobs.Service(id, "exec sleep 300");
        await nomad.SubmitAsync(id, text);
        await nomad.AllocationAsync(id, "running");
        (await PlanAsync(id, Jobs.Service(id, "exec sleep 300", task: "kill_timeout = \"7s\""))).ShouldStartWith($"""
            +/- Job: "{id}"
            +/- Task Group: "main" (1 in-place update)
              +/- Task: "work" (forces in-place update)
                +/- KillTimeout: "5000000000" => "7000000000"

            """);
        (await PlanAsync(id, Jobs.Service(id, "exec sleep 300", group: Jobs.NoRetries + "\ncount = 0"))).ShouldStartWith($"""
            +/- Job: "{id}"
            +/- Task Group: "main" (1 destroy)
              +/- Count: "1" => "0" (forces destroy)
                  Task: "work"

            """);
        await nomad.RunAsync("job", "stop", "-yes", "-detach", id);
        (await PlanAsync(id, text)).ShouldStartWith($"""
            +/- Job: "{id}"
            +/- Stop: "true" => "false"
                Task Group: "main" (1 create)
                  Task: "work"

            """);
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    [Fact]
    public async Task A_plan_of_a_schedule_names_the_field_although_its_exit_code_says_nothing()
    {
        var id = nomad.UniqueId("cron");
        static string Job(string id, string cron) => Jobs.Batch(id, "exit 0", job: $"periodic {{\n cron = \"{cron}\"\n }}");
        await nomad.SubmitAsync(id, Job(id, "0 1 1 1 *"));
        (await PlanAsync(id, Job(id, "0 2 1 1 *"))).ShouldStartWith($"""
            +/- Job: "{id}"
            +/- Periodic {"{"}
                  Enabled:         "true"
                  ProhibitOverlap: "false"
              +/- Spec:            "0 1 1 1 *" => "0 2 1 1 *"
                  SpecType:        "cron"
                  TimeZone:        "UTC"
                {"}"}
                Task Group: "main" (1 create)
                  Task: "work"

            """);
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    [Fact]
    public async Task A_job_goes_back_to_an_earlier_version_which_becomes_its_newest()
    {
        var id = nomad.UniqueId("revert");
        await nomad.SubmitAsync(id, Jobs.Service(id, "exec sleep 300"));
        await Eventually.TrueAsync(async () => (bool)(await nomad.JsonAsync("job", "inspect", id))["Job"]!["Stable"]!, "a stable job");
        await nomad.SubmitAsync(id, Jobs.Service(id, "exit 3"));
        var history = (await nomad.JsonAsync("job", "history", "-json", id)).AsArray();
        history.Select(version => (long)version!["Version"]!).ShouldBe([1, 0]);
        history.Select(version => (bool)version!["Stable"]!).ShouldBe([false, true]);
        ((long)(await nomad.JsonAsync("job", "history", "-json", "-version", "0", id))["Version"]!).ShouldBe(0);

        var back = await nomad.RunAsync("job", "revert", "-detach", id, "0");
        back.ExitCode.ShouldBe(0, back.ToString());
        back.Output.ShouldMatch(await nomad.IsFromAsync(1, 4) ? "^Evaluation ID: [0-9a-f-]{36}\n$" : "^$");
        history = (await nomad.JsonAsync("job", "history", "-json", id)).AsArray();
        history.Select(version => (long)version!["Version"]!).ShouldBe([2, 1, 0]);
        // A copy of what was stable is stable: at once, or once it was seen healthy.
        await Eventually.TrueAsync(
            async () => (await nomad.JsonAsync("job", "history", "-json", id)).AsArray().Select(version => (bool)version!["Stable"]!).SequenceEqual([true, false, true]), "a stable copy");
        await Eventually.TrueAsync(async () => await nomad.AllocationsAsync(id) is [var newest, ..]
            && (long)newest["JobVersion"]! == 2 && (string)newest["ClientStatus"]! == "running", "the old one to run again");
        (await PlanAsync(id, Jobs.Service(id, "exec sleep 300"))).ShouldStartWith("Job:");

        foreach (var (arguments, said) in new[]
        {
            (new[] { id, "2" }, "Error retrieving job versions: Unexpected response code: 500 (can't revert to current version)"),
            ([id, "77"], $"Error retrieving job versions: Unexpected response code: 500 (job \"{id}\" in namespace \"default\" at version 77 not found)"),
            // Newer ones take it for the tag of a version.
            ([id, "abc"], "abc"),
            (["none-" + id, "1"], $"\"none-{id}\" found"),
            ([id], "This command takes two arguments: <job> <version"),
        })
        {
            var refused = await nomad.RunAsync(["job", "revert", "-detach", .. arguments]);
            refused.ExitCode.ShouldBe(1);
            refused.Errors.ShouldContain(said);
        }
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    private async Task<string> PlanAsync(string id, string text) =>
        (await nomad.RunAsync("job", "plan", "-no-color", nomad.Write(id, text))).Output.ReplaceLineEndings("\n");
}

using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>What tasks see of variables. A real Nomad has them from 1.4 on.</summary>
[Collection(ContractAgent.Name)]
public class ContractVariableTaskTests(NomadFixture nomad)
{
    [Fact]
    public async Task A_task_reads_the_variables_of_its_job_and_nobody_else_sees_them()
    {
        var id = await IdAsync();
        await PutAsync($"nomad/jobs/{id}", "key", "of-the-job");
        await PutAsync($"nomad/jobs/{id}/main", "key", "of-the-group");
        await PutAsync($"nomad/jobs/{id}/main/work", "with-dash", "of-the-task");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "tr a-z A-Z < secrets/all; stat -c %a secrets/all", task: $$$"""
            template {
              data = <<EOT
            {{ with nomadVar "nomad/jobs/{{{id}}}" }}{{ .key }}{{ end }}
            {{ with nomadVar "nomad/jobs/{{{id}}}/main" }}{{ .key.Value }}, [{{ .missing }}]{{ end }}
            {{ with nomadVar "nomad/jobs/{{{id}}}/main/work" }}{{ index . "with-dash" }}{{ end }}
            EOT
              destination = "secrets/all"
              perms       = "600"
              change_mode = "noop"
            }
            """));
        var allocation = await nomad.AllocationAsync(id, "complete", "failed");
        (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!)).Output.ShouldBe("OF-THE-JOB\nOF-THE-GROUP, []\nOF-THE-TASK\n600\n");
        foreach (var command in (string[][])[["job", "inspect", id], ["alloc", "status", "-json", (string)allocation["ID"]!], ["alloc", "status", "-json"], ["job", "status", id]])
            (await nomad.RunAsync(command)).All.ShouldNotContain("of-the");
    }

    [Fact]
    public async Task A_task_waits_for_a_variable_that_is_not_there()
    {
        var id = await IdAsync();
        await nomad.SubmitAsync(id, Jobs.Batch(id, "cat secrets/key", task: Template($"nomad/jobs/{id}")));
        JsonNode? state = null;
        await Eventually.TrueAsync(async () =>
        {
            state = await nomad.AllocationsAsync(id) is [var newest, ..] ? newest["TaskStates"]?["work"] : null;
            return state?["Events"]?.AsArray().Any(one => (string)one!["Type"]! == "Template") == true;
        }, "the task to say what it waits for", describe: () => $"{state}");
        ((string)state!["State"]!).ShouldBe("pending");
        ((string)state["Events"]!.AsArray().Last()!["DisplayMessage"]!).ShouldBe($"Missing: nomad.var.block(nomad/jobs/{id}@default.global)");
        await PutAsync($"nomad/jobs/{id}", "key", "here");
        var allocation = await nomad.AllocationAsync(id, "complete", "failed");
        (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!)).Output.ShouldBe("here");
    }

    [Fact]
    public async Task A_task_that_waits_can_be_stopped()
    {
        var id = await IdAsync();
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true", task: Template($"nomad/jobs/{id}")));
        await nomad.AllocationAsync(id, "pending");
        (await nomad.RunAsync("job", "stop", "-yes", "-detach", id)).ExitCode.ShouldBe(0);
        var ended = await nomad.AllocationAsync(id, "complete", "failed");
        ((string)ended["TaskStates"]!["work"]!["State"]!).ShouldBe("dead");
        ended["TaskStates"]!["work"]!["StartedAt"].ShouldBeNull();
    }

    [Fact]
    public async Task A_dispatched_child_reads_what_its_parent_may()
    {
        var id = await IdAsync();
        await PutAsync($"nomad/jobs/{id}", "key", "of-the-parent");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "cat secrets/key", job: "parameterized {\n}", task: Template($"nomad/jobs/{id}")));
        var dispatched = await nomad.RunAsync("job", "dispatch", "-detach", id);
        var child = dispatched.Output.Split('\n')[0].Split('=')[1].Trim();
        var allocation = await nomad.AllocationAsync(child, "complete", "failed");
        (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!)).Output.ShouldBe("of-the-parent");
    }

    [Fact]
    public async Task A_variable_that_changes_is_written_anew_and_one_that_goes_stays()
    {
        var id = await IdAsync();
        await PutAsync($"nomad/jobs/{id}", "key", "first");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "sleep 300", task: Template($"nomad/jobs/{id}")));
        var allocation = (string)(await nomad.AllocationAsync(id, "running"))["ID"]!;
        (await ReadAsync(allocation)).ShouldBe("first");
        await PutAsync($"nomad/jobs/{id}", "key", "second");
        await Eventually.TrueAsync(async () => await ReadAsync(allocation) == "second", "the file to be written anew");
        await nomad.RunAsync("var", "purge", $"nomad/jobs/{id}");
        (await ReadAsync(allocation)).ShouldBe("second");
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    private async Task<string> ReadAsync(string allocation) =>
        (await nomad.RunAsync("alloc", "exec", "-i=false", "-t=false", allocation, "sh", "-c", "cat \"$NOMAD_SECRETS_DIR/key\"")).Output;

    private async Task PutAsync(string path, string key, string value)
    {
        var result = await nomad.RunAsync(["var", "put", "-force", "-out", "none", path, $"{key}=-"], value);
        result.ExitCode.ShouldBe(0, result.ToString());
    }

    private async Task<string> IdAsync()
    {
        await nomad.RequireVariablesAsync();
        return nomad.UniqueId("reads");
    }

    private static string Template(string path) => $$$"""
        template {
          data        = "{{ with nomadVar \"{{{path}}}\" }}{{ .key }}{{ end }}"
          destination = "secrets/key"
          change_mode = "noop"
        }
        """;
}

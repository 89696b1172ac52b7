using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>What submitting a job returns.</summary>
[Collection(ContractAgent.Name)]
public class ContractPlacementTests(NomadFixture nomad)
{
    [Fact]
    public async Task A_batch_job_that_fails_is_a_success_for_run()
    {
        var id = nomad.UniqueId("fails");
        var result = await nomad.RunAsync("job", "run", nomad.Write(id, Jobs.Batch(id, "exit 3")));
        result.ExitCode.ShouldBe(0, result.ToString());
        result.Output.ShouldContain("finished with status \"complete\"");

        var allocation = await nomad.AllocationAsync(id, "failed");
        ((string)allocation["DesiredStatus"]!).ShouldBe("run");
        var events = allocation["TaskStates"]!["work"]!["Events"]!.AsArray();
        events.Select(happened => (string)happened!["Type"]!).ShouldBe(["Received", "Task Setup", "Started", "Terminated", "Not Restarting"]);
        ((int)events[3]!["ExitCode"]!).ShouldBe(3);
        ((string)events[3]!["Details"]!["oom_killed"]!).ShouldBe("false");
        ((string)events[4]!["DisplayMessage"]!).ShouldBe("Policy allows no restarts");
        ((bool)allocation["TaskStates"]!["work"]!["Failed"]!).ShouldBeTrue();
    }

    [Theory]
    [InlineData("datacenters = [\"elsewhere\"]", "No nodes are available in datacenter \"elsewhere\"|No nodes were eligible for evaluation")]
    [InlineData("constraint {\n attribute = \"${node.unique.name}\"\n value = \"nobody\"\n}", "Constraint \"${node.unique.name} = nobody\": 1 nodes excluded by filter")]
    [InlineData("constraint {\n attribute = \"${attr.kernel.name}\"\n operator = \"!=\"\n value = \"linux\"\n}", "1 nodes excluded by filter")]
    public async Task A_job_without_a_place_is_2_and_waits(string setting, string reason)
    {
        var id = nomad.UniqueId("nowhere");
        var text = Jobs.Batch(id, "true", job: setting);
        if (setting.StartsWith("datacenters", StringComparison.Ordinal))
            text = text.Replace("datacenters = [\"dc1\"]", "", StringComparison.Ordinal);
        var path = nomad.Write(id, text);

        var result = await nomad.RunAsync("job", "run", path);
        result.ExitCode.ShouldBe(2, result.ToString());
        result.Output.ShouldContain("but failed to place all allocations");
        reason.Split('|').ShouldContain(one => result.Output.Contains(one, StringComparison.Ordinal), result.ToString());
        result.Output.ShouldContain("waiting for additional capacity to place remainder");
        ((string)(await nomad.JsonAsync("job", "inspect", id))["Job"]!["Status"]!).ShouldBe("pending");
        // What is not placed yet is no change of the job: since 1.5 it does not count.
        (await nomad.RunAsync("job", "plan", path)).ExitCode.ShouldBe(await nomad.IsFromAsync(1, 5) ? 0 : 1);

        var detached = await nomad.RunAsync("job", "run", "-detach", path);
        detached.ExitCode.ShouldBe(0);
        var evaluation = await nomad.JsonAsync("eval", "status", "-json", detached.EvaluationId);
        evaluation["FailedTGAllocs"]!["main"].ShouldNotBeNull();
        (await nomad.RunAsync("job", "stop", "-purge", "-yes", "-detach", id)).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("${node.unique.name}", "=", null)]
    [InlineData("${attr.kernel.name}", "=", "linux")]
    [InlineData("${attr.nomad.version}", "version", ">= 1.1, < 3")]
    [InlineData("${attr.cpu.numcores}", "is_set", "")]
    [InlineData("${attr.os.signals}", "set_contains", "SIGINT,SIGTERM")]
    [InlineData("${attr.kernel.name}", "regexp", "^lin")]
    public async Task Constraints_that_hold_let_the_job_in(string attribute, string operand, string? value)
    {
        var id = nomad.UniqueId("here");
        var name = (string)(await nomad.NodeAsync())["Name"]!;
        var text = Jobs.Batch(id, "true", job: $"constraint {{\n attribute = \"{attribute}\"\n operator = \"{operand}\"\n value = \"{value ?? name}\"\n}}");
        var result = await nomad.RunAsync("job", "run", nomad.Write(id, text));
        result.ExitCode.ShouldBe(0, result.ToString());
        await nomad.AllocationAsync(id, "complete");
    }

    [Fact]
    public async Task A_port_in_use_by_another_job_blocks_until_it_is_free()
    {
        var port = NomadFixture.FreePorts(1)[0];
        var (first, second) = (nomad.UniqueId("port"), nomad.UniqueId("port"));
        var others = new List<string>();
        var network = Jobs.NoRetries + $"\nnetwork {{\n port \"db\" {{\n static = {port}\n }}\n}}";
        await nomad.SubmitAsync(first, Jobs.Batch(first, "sleep 300", group: network));
        await nomad.AllocationAsync(first, "running");
        // It is taken for one address: where the node has one of IPv6 as well, newer versions give that to a second job.
        NomadResult result;
        var holders = 1;
        while (true)
        {
            result = await nomad.RunAsync("job", "run", nomad.Write(second, Jobs.Batch(second, "echo $NOMAD_PORT_db $NOMAD_ADDR_db", group: network)));
            if (result.ExitCode != 0 || ++holders > 2)
                break;
            await nomad.SubmitAsync(second, Jobs.Batch(second, "sleep 300", group: network));
            await nomad.AllocationAsync(second, "running");
            others.Add(second);
            second = nomad.UniqueId("port");
        }

        result.ExitCode.ShouldBe(2, result.ToString());
        result.Output.ShouldContain($"Dimension \"network: reserved port collision db={port}\" exhausted on 1 nodes");

        (await nomad.RunAsync("job", "stop", "-yes", "-detach", first)).ExitCode.ShouldBe(0);
        var placed = await nomad.AllocationAsync(second, "complete");
        (await nomad.RunAsync("alloc", "logs", (string)placed["ID"]!)).Output.ShouldBe($"{port} 127.0.0.1:{port}\n");
        foreach (var other in others)
            await nomad.RunAsync("job", "stop", "-yes", "-detach", other);
    }

    [Fact]
    public async Task A_plan_tells_what_would_change_by_its_exit_code()
    {
        var id = nomad.UniqueId("plan");
        var path = nomad.Write(id, Jobs.Service(id, "sleep 300"));
        var before = await nomad.RunAsync("job", "plan", path);
        before.ExitCode.ShouldBe(1, before.ToString());
        before.Output.ShouldContain("Job Modify Index: 0\n");

        (await nomad.RunAsync("job", "run", "-check-index", "0", path)).ExitCode.ShouldBe(0);
        var after = await nomad.RunAsync("job", "plan", path);
        after.ExitCode.ShouldBe(0, after.ToString());
        var index = (long)(await nomad.JsonAsync("job", "inspect", id))["Job"]!["JobModifyIndex"]!;
        after.Output.ShouldContain($"Job Modify Index: {index}\n");

        nomad.Write(id, Jobs.Service(id, "sleep 301"));
        (await nomad.RunAsync("job", "plan", path)).ExitCode.ShouldBe(1);
        nomad.Write(id, "job \"x\" {");
        (await nomad.RunAsync("job", "plan", path)).ExitCode.ShouldBe(255);
        (await nomad.RunAsync("job", "stop", "-purge", "-yes", "-detach", id)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_check_index_changes_nothing()
    {
        var id = nomad.UniqueId("index");
        var path = nomad.Write(id, Jobs.Batch(id, "true"));
        var absent = await nomad.RunAsync("job", "run", "-check-index", "7", path);
        absent.ExitCode.ShouldBe(1);
        absent.All.ShouldContain("Enforcing job modify index 7: job does not exist\nJob not updated");

        (await nomad.RunAsync("job", "run", "-detach", "-check-index", "0", path)).ExitCode.ShouldBe(0);
        var exists = await nomad.RunAsync("job", "run", "-detach", "-check-index", "0", path);
        exists.ExitCode.ShouldBe(1);
        exists.All.ShouldContain("Enforcing job modify index 0: job already exists\nJob not updated");

        var index = (long)(await nomad.JsonAsync("job", "inspect", id))["Job"]!["JobModifyIndex"]!;
        var other = await nomad.RunAsync("job", "run", "-detach", "-check-index", $"{index + 1}", path);
        other.ExitCode.ShouldBe(1);
        other.All.ShouldContain($"Enforcing job modify index {index + 1}: job exists with conflicting job modify index: {index}");
        (await nomad.RunAsync("job", "run", "-detach", "-check-index", $"{index}", path)).ExitCode.ShouldBe(0);
        (await nomad.RunAsync("job", "run", "-check-index", "x", path)).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_batch_job_again_does_nothing_even_after_a_failure()
    {
        var id = nomad.UniqueId("again");
        var path = nomad.Write(id, Jobs.Batch(id, "exit 1"));
        (await nomad.RunAsync("job", "run", "-detach", path)).ExitCode.ShouldBe(0);
        await nomad.AllocationAsync(id, "failed");
        var index = (long)(await nomad.JsonAsync("job", "inspect", id))["Job"]!["JobModifyIndex"]!;

        (await nomad.RunAsync("job", "run", path)).ExitCode.ShouldBe(0);
        (await nomad.AllocationsAsync(id)).Count.ShouldBe(1);
        ((long)(await nomad.JsonAsync("job", "inspect", id))["Job"]!["JobModifyIndex"]!).ShouldBe(index);

        (await nomad.RunAsync("job", "run", nomad.Write(id, Jobs.Batch(id, "exit 1", job: "meta {\n run = \"2\"\n}")))).ExitCode.ShouldBe(0);
        (await nomad.AllocationsAsync(id)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_job_comes_from_standard_input_too()
    {
        var id = nomad.UniqueId("stdin");
        var result = await nomad.RunAsync(["job", "run", "-detach", "-"], Jobs.Batch(id, "true"));
        result.ExitCode.ShouldBe(0, result.ToString());
        await nomad.AllocationAsync(id, "complete");
    }
}

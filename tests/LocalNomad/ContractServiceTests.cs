using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>Services: followed until they are healthy or not, replaced when they change.</summary>
[Collection(ContractAgent.Name)]
public class ContractServiceTests(NomadFixture nomad)
{
    [Fact]
    public async Task A_healthy_service_is_followed_to_its_success()
    {
        var id = nomad.UniqueId("healthy");
        var result = await nomad.RunAsync("job", "run", nomad.Write(id, Jobs.Service(id, "exec sleep 300")));
        result.ExitCode.ShouldBe(0, result.ToString());
        result.Output.ShouldContain("Deployment completed successfully");
        var job = (await nomad.JsonAsync("job", "inspect", id))["Job"]!;
        ((string)job["Status"]!).ShouldBe("running");
        await Eventually.TrueAsync(async () => (bool)(await nomad.JsonAsync("job", "inspect", id))["Job"]!["Stable"]!, "a stable job");
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    [Fact]
    public async Task A_failed_deployment_is_1_since_1_3_and_was_0()
    {
        var id = nomad.UniqueId("unhealthy");
        var result = await nomad.RunAsync("job", "run", nomad.Write(id, Jobs.Service(id, "exit 3")));
        result.ExitCode.ShouldBe(await nomad.IsFromAsync(1, 3) ? 1 : 0, result.ToString());
        // Why it failed is said in different words.
        result.Output.ShouldContain("failed", Case.Insensitive);
        await nomad.AllocationAsync(id, "failed");
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    [Fact]
    public async Task A_changed_service_is_replaced_the_new_one_starts_when_the_old_one_has_ended()
    {
        var id = nomad.UniqueId("replaced");
        var shared = Path.Combine(nomad.Directory, id);
        string Service(string name) => Jobs.Service(id, $"echo start {name} >> {shared}; trap 'sleep 1; echo end {name} >> {shared}; exit 0' INT; while :; do sleep 0.1; done", task: "kill_timeout = \"20s\"", progressDeadline: "20s");
        await nomad.SubmitAsync(id, Service("one"));
        await Eventually.TrueAsync(() => File.Exists(shared), "the first to start");
        await nomad.SubmitAsync(id, Service("two"));
        await Eventually.TrueAsync(() => File.ReadAllLines(shared).Length >= 3, "the second to start");
        File.ReadAllLines(shared).ShouldBe(["start one", "end one", "start two"]);
        await nomad.AllocationAsync(id, "running");
        var all = await nomad.AllocationsAsync(id);
        all.Count.ShouldBe(2);
        ((string)all[1]["DesiredDescription"]!).ShouldBe("alloc is being updated due to job update");
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    [Fact]
    public async Task A_change_that_no_task_sees_leaves_the_tasks_running()
    {
        var id = nomad.UniqueId("inplace");
        await nomad.SubmitAsync(id, Jobs.Service(id, "exec sleep 300"));
        var first = await nomad.AllocationAsync(id, "running");
        await nomad.SubmitAsync(id, Jobs.Service(id, "exec sleep 300", task: "kill_timeout = \"7s\""));
        await Eventually.TrueAsync(async () => (long)(await nomad.AllocationsAsync(id))[0]["JobVersion"]! == 1, "the allocation to have the new version");
        var all = await nomad.AllocationsAsync(id);
        all.Count.ShouldBe(1);
        ((string)all[0]["ID"]!).ShouldBe((string)first["ID"]!);
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }

    [Fact]
    public async Task A_service_that_ends_is_started_again()
    {
        var id = nomad.UniqueId("ends");
        await nomad.SubmitAsync(id, Jobs.Service(id, "echo run; sleep 0.2", group: """
            restart {
              attempts = 5
              delay    = "100ms"
              interval = "1m"
              mode     = "delay"
            }
            """));
        await Eventually.TrueAsync(async () => await nomad.AllocationsAsync(id) is [var only, ..] && only["TaskStates"]?["work"]?["Restarts"] is { } restarts && (int)restarts >= 2, "two restarts");
        await nomad.RunAsync("job", "stop", "-yes", "-detach", id);
        await nomad.AllocationAsync(id, "complete");
    }

    [Fact]
    public async Task A_stopped_allocation_is_replaced()
    {
        var id = nomad.UniqueId("migrated");
        await nomad.SubmitAsync(id, Jobs.Service(id, "exec sleep 300"));
        var first = await nomad.AllocationAsync(id, "running");
        (await nomad.RunAsync("alloc", "stop", "-detach", (string)first["ID"]!)).ExitCode.ShouldBe(0);
        await Eventually.TrueAsync(async () => (await nomad.AllocationsAsync(id)).Count == 2, "a replacement");
        await nomad.AllocationAsync(id, "running");
        await nomad.RunAsync("job", "stop", "-yes", "-purge", "-detach", id);
    }
}

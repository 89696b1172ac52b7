using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>How jobs are found, shown and stopped.</summary>
[Collection(ContractAgent.Name)]
public class ContractJobTests(NomadFixture nomad)
{
    [Fact]
    public async Task Jobs_are_found_by_prefix()
    {
        var id = nomad.UniqueId("prefix-full");
        await nomad.SubmitAsync(id, Jobs.Service(id, "sleep 300"));
        var prefix = id[..^2];
        ((string)(await nomad.JsonAsync("job", "inspect", prefix))["Job"]!["ID"]!).ShouldBe(id);
        (await nomad.RunAsync("job", "stop", "-yes", "-detach", prefix)).ExitCode.ShouldBe(0);
        ((bool)(await nomad.JsonAsync("job", "inspect", id))["Job"]!["Stop"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task A_prefix_of_several_jobs_is_refused_an_exact_name_is_not()
    {
        var id = nomad.UniqueId("several");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true"));
        await nomad.SubmitAsync(id + "-b", Jobs.Batch(id + "-b", "true"));
        var result = await nomad.RunAsync("job", "inspect", id[..^1]);
        result.ExitCode.ShouldBe(1);
        result.All.ShouldMatch("Prefix (\"[^\"]*\" )?matched multiple jobs");
        ((string)(await nomad.JsonAsync("job", "inspect", id))["Job"]!["ID"]!).ShouldBe(id);
    }

    [Theory]
    [InlineData("job", "inspect")]
    [InlineData("job", "stop", "-yes")]
    [InlineData("job", "status")]
    public async Task An_unknown_job_is_1(params string[] command)
    {
        var result = await nomad.RunAsync([.. command, "no-such-job"]);
        result.ExitCode.ShouldBe(1);
        result.All.ShouldMatch("No job\\(s\\) with prefix or (id|ID) \"no-such-job\" found");
    }

    [Fact]
    public async Task Inspect_shows_the_job_in_the_shape_of_the_api()
    {
        var id = nomad.UniqueId("shape");
        await nomad.SubmitAsync(id, Jobs.Service(id, "sleep 300", job: "meta {\n who = \"me\"\n}", task: """
            user         = "root"
            kill_signal  = "SIGTERM"
            kill_timeout = "7s"
            env {
              A = "b"
            }
            template {
              data        = "x"
              destination = "local/x"
              change_mode = "noop"
            }
            resources {
              cpu    = 50
              memory = 32
            }
            """));
        var wrapped = await nomad.JsonAsync("job", "inspect", id);
        var job = await nomad.JsonAsync("job", "inspect", "-json", id);
        ((string)wrapped["Job"]!["ID"]!).ShouldBe(id);
        Values(job, "ID", "Name", "Type", "Priority", "Stop", "Version", "ParentID", "Dispatched", "Namespace", "Region")
            .ShouldBe($"{id} {id} service 50 false 0  false default global");
        ((string)job["Meta"]!["who"]!).ShouldBe("me");
        ((string)job["Datacenters"]![0]!).ShouldBe("dc1");
        job["Periodic"].ShouldBeNull();
        job["ParameterizedJob"].ShouldBeNull();
        var group = job["TaskGroups"]![0]!;
        Values(group["RestartPolicy"]!, "Attempts", "Delay", "Interval", "Mode").ShouldBe("0 15000000000 1800000000000 fail");
        Values(group["ReschedulePolicy"]!, "Attempts", "Unlimited").ShouldBe("0 false");
        Values(group["Update"]!, "HealthCheck", "MinHealthyTime", "ProgressDeadline", "MaxParallel").ShouldBe("task_states 500000000 8000000000 1");
        var task = group["Tasks"]![0]!;
        Values(task, "Name", "Driver", "User", "KillSignal", "KillTimeout", "Leader").ShouldBe("work raw_exec root SIGTERM 7000000000 false");
        Values(task["Resources"]!, "CPU", "MemoryMB").ShouldBe("50 32");
        Values(task["Templates"]![0]!, "DestPath", "EmbeddedTmpl", "ChangeMode", "Perms").ShouldBe("local/x x noop 0644");
        Values(task["Env"]!, "A").ShouldBe("b");
        ((string)task["Config"]!["command"]!).ShouldBe("/bin/sh");
        job.AsObject().Select(pair => pair.Key).ShouldBe(job.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal));
        await nomad.RunAsync("job", "stop", "-purge", "-yes", "-detach", id);
    }

    [Fact]
    public async Task Stop_returns_while_the_task_still_runs()
    {
        var id = nomad.UniqueId("slow");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "trap 'sleep 5; exit 4' INT; echo ready; while :; do sleep 0.1; done", task: "kill_timeout = \"20s\""));
        var allocation = await nomad.AllocationAsync(id, "running");
        await Ready(allocation);

        var result = await nomad.RunAsync("job", "stop", "-yes", id);
        result.ExitCode.ShouldBe(0, result.ToString());
        var stopping = (await nomad.AllocationsAsync(id))[0];
        Values(stopping, "DesiredStatus", "ClientStatus", "DesiredDescription").ShouldBe("stop running alloc not needed due to job update");
        ((string)(await nomad.JsonAsync("job", "inspect", id))["Job"]!["Status"]!).ShouldBe("dead");

        var ended = await nomad.AllocationAsync(id, "complete");
        var events = ended["TaskStates"]!["work"]!["Events"]!.AsArray();
        events.Select(happened => (string)happened!["Type"]!).TakeLast(3).ShouldBe(["Killing", "Terminated", "Killed"]);
        // A real executor on a busy machine may be taken down before it has told how the task ended.
        ((int)events[^2]!["ExitCode"]!).ShouldBeOneOf(nomad.IsReal ? [4, -1] : [4]);
        ((bool)ended["TaskStates"]!["work"]!["Failed"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task After_a_purge_the_allocations_stay_until_1_7_and_are_gone_from_then_on()
    {
        var id = nomad.UniqueId("purged");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true"));
        await nomad.AllocationAsync(id, "complete");
        (await nomad.RunAsync("job", "stop", "-purge", "-yes", id)).ExitCode.ShouldBe(0);
        (await nomad.RunAsync("job", "inspect", id)).ExitCode.ShouldBe(1);
        var left = await nomad.IsFromAsync(1, 8) ? 0 : 1;
        (await nomad.AllocationsAsync(id)).Count.ShouldBe(left);

        await nomad.SubmitAsync(id, Jobs.Batch(id, "true"));
        await Eventually.TrueAsync(async () => (await nomad.AllocationsAsync(id)).Count == left + 1, "a second run after the purge");
    }

    [Fact]
    public async Task A_purge_does_not_wait_for_the_task_whose_allocation_it_takes_away()
    {
        var id = nomad.UniqueId("outlives");
        var ended = Path.Combine(nomad.Directory, id);
        await nomad.SubmitAsync(id, Jobs.Batch(
            id, $"trap 'sleep 6; touch {ended}; exit 0' INT; echo ready; while :; do sleep 0.1; done", task: "kill_timeout = \"20s\""));
        var allocation = await nomad.AllocationAsync(id, "running");
        await Ready(allocation);
        (await nomad.RunAsync("job", "stop", "-purge", "-yes", "-detach", id)).ExitCode.ShouldBe(0);
        // So nobody may conclude from the list that a purged task has ended.
        if (await nomad.IsFromAsync(1, 8))
        {
            (await nomad.AllocationsAsync(id)).ShouldBeEmpty();
            (await nomad.RunAsync("alloc", "status", (string)allocation["ID"]!)).ExitCode.ShouldBe(1);
        }

        File.Exists(ended).ShouldBeFalse();
        await Eventually.TrueAsync(() => File.Exists(ended), "the task to end in its own time");
    }

    [Fact]
    public async Task A_stopped_job_runs_again_when_it_is_submitted_again()
    {
        var id = nomad.UniqueId("rerun");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true"));
        await nomad.AllocationAsync(id, "complete");
        (await nomad.RunAsync("job", "stop", "-yes", "-detach", id)).ExitCode.ShouldBe(0);
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true"));
        await Eventually.TrueAsync(async () => (await nomad.AllocationsAsync(id)).Count == 2, "a second run");
        Values((await nomad.JsonAsync("job", "inspect", id))["Job"]!, "Stop", "Version").ShouldBe("false 2");
    }

    [Fact]
    public async Task Lists_and_single_allocations_have_what_the_runbook_reads()
    {
        var id = nomad.UniqueId("fields");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true"));
        var stub = await nomad.AllocationAsync(id, "complete");
        Values(stub, "JobID", "JobType", "JobVersion", "TaskGroup", "FollowupEvalID", "Name", "DesiredStatus")
            .ShouldBe($"{id} batch 0 main  {id}.main[0] run");
        stub["Job"].ShouldBeNull();
        var full = await nomad.JsonAsync("alloc", "status", "-json", (string)stub["ID"]!);
        ((string)full["Job"]!["ID"]!).ShouldBe(id);
        ((string)full["EvalID"]!).ShouldBe((string)stub["EvalID"]!);
        var work = full["TaskStates"]!["work"]!;
        Values(work, "State", "Failed", "Restarts").ShouldBe("dead false 0");
        ((long)work["Events"]![0]!["Time"]!).ShouldBeGreaterThan(1_700_000_000_000_000_000L);
        (await nomad.RunAsync("alloc", "status", ((string)stub["ID"]!)[..8])).Output.ShouldContain("Client Status       = complete");
        ((string)(await nomad.JsonAsync("eval", "status", "-json", (string)stub["EvalID"]!))["JobID"]!).ShouldBe(id);
    }

    [Fact]
    public async Task The_node_tells_about_itself()
    {
        var self = await nomad.NodeAsync();
        if (!nomad.IsReal)
            JsonObject.DeepEquals(await nomad.JsonAsync("node", "status", "-self", "-json"), self).ShouldBeTrue();
        Values(self, "Datacenter", "Status", "SchedulingEligibility").ShouldBe("dc1 ready eligible");
        ((bool)self["Drivers"]!["raw_exec"]!["Healthy"]!).ShouldBeTrue();
        ((string)self["Attributes"]!["kernel.name"]!).ShouldBe("linux");
        self["Attributes"]!["nomad.version"].ShouldNotBeNull();
        ((string)self["HostVolumes"]!["here"]!["Path"]!).ShouldBe(nomad.Directory);
        ((bool)self["HostVolumes"]!["here"]!["ReadOnly"]!).ShouldBeFalse();
        var listed = (await nomad.JsonAsync("node", "status", "-json")).AsArray().ShouldHaveSingleItem();
        string[] told = ["ID", "Name", "Datacenter", "Status", "SchedulingEligibility"];
        Values(listed!, told).ShouldBe(Values(self, told));
        listed!["HostVolumes"].ShouldBeNull();
    }

    [Theory]
    [InlineData("version")]
    [InlineData("status")]
    [InlineData("server", "members")]
    [InlineData("agent-info")]
    [InlineData("system", "gc")]
    public async Task Other_commands_answer(params string[] command) => (await nomad.RunAsync(command)).ExitCode.ShouldBe(0);

    private static string Values(JsonNode node, params string[] names) => string.Join(' ', names.Select(name => $"{node[name]}"));

    private Task Ready(JsonNode allocation) => Eventually.TrueAsync(
        async () => (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!)).Output.Contains("ready", StringComparison.Ordinal), "the task to be ready");
}

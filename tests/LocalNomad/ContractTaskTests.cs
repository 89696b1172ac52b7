using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>How a task is run: environment, templates, user, restarts, stop.</summary>
[Collection(ContractAgent.Name)]
public class ContractTaskTests(NomadFixture nomad)
{
    [Fact]
    public async Task The_environment_is_the_agents_and_nomads_and_the_jobs()
    {
        var log = await LogOfAsync("env | sort", task: """
            meta {
              some-key = "v"
            }
            env {
              PLAIN  = "1"
              MADE   = "${NOMAD_META_some-key}-${node.unique.name}-${attr.kernel.name}-${NOMAD_GROUP_NAME}"
              KEPT   = "${NO_SUCH}"
            }
            """);
        var variables = log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        variables["PLAIN"].ShouldBe("1");
        var node = (string)(await nomad.NodeAsync())["Name"]!;
        variables["MADE"].ShouldBe($"v-{node}-linux-main");
        variables["KEPT"].ShouldBe("${NO_SUCH}");
        variables["NOMAD_META_SOME_KEY"].ShouldBe("v");
        variables["NOMAD_TASK_NAME"].ShouldBe("work");
        variables["NOMAD_DC"].ShouldBe("dc1");
        variables["NOMAD_NAMESPACE"].ShouldBe("default");
        variables["NOMAD_MEMORY_LIMIT"].ShouldBe("300");
        variables["NOMAD_ALLOC_DIR"].ShouldEndWith($"/{variables["NOMAD_ALLOC_ID"]}/alloc");
        variables["NOMAD_TASK_DIR"].ShouldEndWith($"/{variables["NOMAD_ALLOC_ID"]}/work/local");
        variables["NOMAD_SECRETS_DIR"].ShouldEndWith("/work/secrets");
        variables["PWD"].ShouldEndWith("/work");
        variables["AGENT_MARK"].ShouldBe("from the agent");
        variables.ShouldNotContainKey("VAULT_TOKEN");
    }

    [Fact]
    public async Task Templates_are_written_with_their_permissions_and_delimiters()
    {
        var log = await LogOfAsync("cat local/a local/b secrets/c; stat -c %a local/a local/b secrets/c; sh local/b", task: """
            env {
              WHO = "me"
            }
            template {
              data        = <<EOT
            job {{ env "NOMAD_JOB_NAME" }} by {{ env "WHO" }} $${HOME} %%{x}
            EOT
              destination = "local/a"
              change_mode = "noop"
            }
            template {
              data            = <<-EOT
                echo {{ not an action }} [[ env "WHO" ]]
                  indented
                EOT
              destination     = "${NOMAD_TASK_DIR}/b"
              perms           = "755"
              left_delimiter  = "[["
              right_delimiter = "]]"
              change_mode     = "noop"
            }
            template {
              data        = "secret\n"
              destination = "secrets/c"
              perms       = "600"
              change_mode = "noop"
            }
            """, expected: null);
        log.ShouldContain(" by me ${HOME} %{x}\n");
        log.ShouldContain("echo { not an action } me\n".Replace("{ ", "{{ ", StringComparison.Ordinal).Replace(" }", " }}", StringComparison.Ordinal));
        log.ShouldContain("\n  indented\n");
        log.ShouldContain("secret\n644\n755\n600\n");
    }

    [Fact]
    public async Task An_unknown_name_in_the_drivers_settings_fails_the_task()
    {
        var id = nomad.UniqueId("unknown");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "echo ${NO_SUCH}"));
        var allocation = await nomad.AllocationAsync(id, "failed");
        var failure = allocation["TaskStates"]!["work"]!["Events"]!.AsArray().Single(happened => (string)happened!["Type"]! == "Failed Validation");
        ((string)failure!["DisplayMessage"]!).ShouldContain("Unknown variable: There is no variable named \"NO_SUCH\".");
    }

    [Fact]
    public async Task A_task_runs_as_its_user()
    {
        if (Environment.UserName != "root")
            Assert.Skip("Only root can become another user.");
        var log = await LogOfAsync("id -un; id -gn; touch local/x alloc-x ../alloc/y && echo written; umask", task: "user = \"nobody\"");
        log.ShouldBe("nobody\nnogroup\nwritten\n0022\n");
    }

    [Fact]
    public async Task An_unknown_user_is_a_driver_failure()
    {
        var id = nomad.UniqueId("user");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true", task: "user = \"no-such-user\""));
        var allocation = await nomad.AllocationAsync(id, "failed");
        var events = allocation["TaskStates"]!["work"]!["Events"]!.AsArray();
        events.Select(happened => (string)happened!["Type"]!).ShouldBe(["Received", "Task Setup", "Driver Failure", "Not Restarting"]);
        ((string)events[2]!["DriverError"]!).ShouldContain("unknown user no-such-user");
        var logs = await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!);
        logs.ExitCode.ShouldBe(1);
        logs.All.ShouldContain("404 (task \"work\" not started yet. No logs available)");
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_a_driver_failure()
    {
        var id = nomad.UniqueId("program");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "true").Replace("/bin/sh", "/no/such/program", StringComparison.Ordinal));
        var allocation = await nomad.AllocationAsync(id, "failed");
        allocation["TaskStates"]!["work"]!["Events"]!.AsArray().Select(happened => (string)happened!["Type"]!).ShouldContain("Driver Failure");
    }

    [Fact]
    public async Task A_task_is_restarted_as_often_as_its_policy_says()
    {
        var id = nomad.UniqueId("restart");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "echo once; exit 5", group: """
            restart {
              attempts = 2
              delay    = "100ms"
              interval = "1m"
              mode     = "fail"
            }
            reschedule {
              attempts  = 0
              unlimited = false
            }
            """));
        var allocation = await nomad.AllocationAsync(id, "failed");
        var task = allocation["TaskStates"]!["work"]!;
        ((int)task["Restarts"]!).ShouldBe(2);
        task["LastRestart"].ShouldNotBeNull();
        var events = task["Events"]!.AsArray();
        // Of the eleven events the oldest is gone.
        events.Count.ShouldBe(10);
        events.Count(happened => (string)happened!["Type"]! == "Terminated").ShouldBe(3);
        events.Count(happened => (string)happened!["Type"]! == "Restarting").ShouldBe(2);
        ((string)events[^1]!["DisplayMessage"]!).ShouldBe("Exceeded allowed attempts 2 in interval 1m0s and mode is \"fail\"");
        (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!)).Output.ShouldBe("once\nonce\nonce\n");
    }

    [Fact]
    public async Task A_failed_allocation_is_followed_by_another_when_the_policy_says_so()
    {
        var id = nomad.UniqueId("reschedule");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "exit 1", group: """
            restart {
              attempts = 0
              mode     = "fail"
            }
            reschedule {
              attempts       = 1
              interval       = "1h"
              delay          = "5s"
              delay_function = "constant"
            }
            """));
        await nomad.AllocationAsync(id, "failed");
        await Eventually.TrueAsync(async () => ((string)(await nomad.AllocationsAsync(id))[^1]["FollowupEvalID"]!).Length > 0, "a second attempt to be planned");
        var followup = (string)(await nomad.AllocationsAsync(id))[^1]["FollowupEvalID"]!;
        var evaluation = await nomad.JsonAsync("eval", "status", "-json", followup);
        ((string)evaluation["TriggeredBy"]!).ShouldBeOneOf("alloc-failure", "alloc-reschedule");
        evaluation["WaitUntil"].ShouldNotBeNull();
        await Eventually.TrueAsync(async () => (await nomad.AllocationsAsync(id)).Count == 2, "a second attempt");
        await nomad.AllocationAsync(id, "failed");
        var all = await nomad.AllocationsAsync(id);
        ((string)all[1]["DesiredStatus"]!).ShouldBe("stop");
        ((string)all[1]["DesiredDescription"]!).ShouldBeOneOf("alloc was rescheduled because it failed", "");
        all.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("SIGINT", 3)]
    [InlineData("SIGTERM", 4)]
    [InlineData("", 3)]
    public async Task A_stop_sends_the_kill_signal_to_the_first_process(string signal, int exitCode)
    {
        var id = nomad.UniqueId("signal");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "trap 'exit 3' INT; trap 'exit 4' TERM; echo ready; while :; do sleep 0.1; done",
            task: signal.Length == 0 ? "" : $"kill_signal = \"{signal}\""));
        await ReadyAsync(id);
        (await nomad.RunAsync("job", "stop", "-yes", "-detach", id)).ExitCode.ShouldBe(0);
        var allocation = await nomad.AllocationAsync(id, "complete");
        Terminated(allocation).ExitCode.ShouldBe(exitCode);
    }

    [Fact]
    public async Task A_task_that_does_not_stop_is_killed_with_all_it_started()
    {
        var id = nomad.UniqueId("stubborn");
        var mark = $"31{Environment.ProcessId}";
        await nomad.SubmitAsync(id, Jobs.Batch(id, $"trap '' INT; sleep {mark} & setsid sleep {mark} & echo ready; while :; do sleep 0.1; done", task: "kill_timeout = \"1s\""));
        await ReadyAsync(id);
        Running(mark).ShouldBe(2);
        (await nomad.RunAsync("job", "stop", "-yes", "-detach", id)).ExitCode.ShouldBe(0);
        var allocation = await nomad.AllocationAsync(id, "complete");
        Terminated(allocation).ShouldBe((137, 9));
        // Real Nomad leaves a process of another session alive; nothing of ours may.
        await Eventually.TrueAsync(() => Running(mark) <= (nomad.IsReal ? 1 : 0), "the task's processes to be gone");
        foreach (var process in Processes(mark))
            System.Diagnostics.Process.GetProcessById(process).Kill();
    }

    [Fact]
    public async Task Tasks_run_in_the_order_of_their_hooks()
    {
        var id = nomad.UniqueId("hooks");
        var text = Jobs.Batch(id, "echo main >> $NOMAD_ALLOC_DIR/data/order; sleep 1").TrimEnd();
        text = text[..text.LastIndexOf('}')];
        text = text[..text.LastIndexOf('}')] + Hook("before", "prestart") + Hook("after", "poststop") + "}\n}\n";
        text = text.Replace("echo after", "cat $NOMAD_ALLOC_DIR/data/order; echo after", StringComparison.Ordinal);
        await nomad.SubmitAsync(id, text);
        var allocation = await nomad.AllocationAsync(id, "complete");
        (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!, "after")).Output.ShouldBe("before\nmain\n");
        var ambiguous = await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!);
        ambiguous.ExitCode.ShouldBe(1);
        ambiguous.All.ShouldContain("Please specify the task.");
    }

    [Fact]
    public async Task A_failed_prestart_task_fails_the_group_and_the_main_task_never_runs()
    {
        var id = nomad.UniqueId("prestart");
        var text = Jobs.Batch(id, "echo never").TrimEnd();
        text = text[..text.LastIndexOf('}')];
        text = text[..text.LastIndexOf('}')] + Hook("before", "prestart").Replace("echo before", "exit 9; echo before", StringComparison.Ordinal) + "}\n}\n";
        await nomad.SubmitAsync(id, text);
        var allocation = await nomad.AllocationAsync(id, "failed");
        allocation["TaskStates"]!["work"]!["StartedAt"].ShouldBeNull();
        allocation["TaskStates"]!["work"]!["Events"]!.AsArray().Select(happened => (string)happened!["Type"]!).ShouldContain("Sibling Task Failed");
    }

    private static string Hook(string name, string hook) => $$"""
        task "{{name}}" {
          lifecycle {
            hook = "{{hook}}"
          }
          driver = "raw_exec"
          config {
            command = "/bin/sh"
            args    = ["-c", "echo {{name}} >> $NOMAD_ALLOC_DIR/data/order"]
          }
        }

        """;

    private static (int ExitCode, int Signal) Terminated(System.Text.Json.Nodes.JsonNode allocation)
    {
        var last = allocation["TaskStates"]!["work"]!["Events"]!.AsArray().Last(happened => (string)happened!["Type"]! == "Terminated")!;
        return ((int)last["ExitCode"]!, (int)last["Signal"]!);
    }

    private static IReadOnlyList<int> Processes(string argument) =>
        [.. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(id => id > 0 && CommandLine(id) == $"sleep\0{argument}\0")];

    private static int Running(string argument) => Processes(argument).Count;

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private async Task ReadyAsync(string id)
    {
        var allocation = await nomad.AllocationAsync(id, "running");
        await Eventually.TrueAsync(
            async () => (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!)).Output.Contains("ready", StringComparison.Ordinal), "the task to be ready");
    }

    private async Task<string> LogOfAsync(string script, string task, string? expected = "complete")
    {
        var id = nomad.UniqueId("task");
        await nomad.SubmitAsync(id, Jobs.Batch(id, script, task: task));
        var allocation = await nomad.AllocationAsync(id, expected is null ? ["complete", "failed"] : [expected]);
        return (await nomad.RunAsync("alloc", "logs", (string)allocation["ID"]!)).Output;
    }
}

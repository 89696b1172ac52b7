using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>What is not understood is refused, with place and reason.</summary>
[Collection(ContractAgent.Name)]
public class ContractErrorTests(NomadFixture nomad)
{
    public static TheoryData<string, string> BrokenJobs => new()
    {
        { "job \"x\" {\n  datacenters = [\"dc1\"]\n  grop \"g\" {\n  }\n}\n", "3,3" },
        { "job \"x\" {\n  datacenters = [\"dc1\"\n  group \"g\" {\n  }\n}\n", "3,3" },
        { "job \"x\" {\n  datacenters = [\"dc1\"]\n  group \"g\" {\n    task \"t\" {\n      usr = \"x\"\n    }\n  }\n}\n", "5,7" },
        { "job \"x\" {\n  group \"g\" {\n    task \"t\" {\n      kill_timeout = \"5\"\n    }\n  }\n}\n", "missing unit in duration" },
        { "job \"x\" {\n  group \"g\" { count = 1\n  }\n}\n", "2," },
        { "job \"x\" {\n  name = \"a\\q\"\n}\n", "Invalid escape sequence" },
    };

    public static TheoryData<string, string> InvalidJobs => new()
    {
        { Jobs.Service("x", "true", job: "periodic {\n cron = \"@daily\"\n}"), "Periodic can only be used with \"batch\"" },
        { Jobs.Batch("x", "true", job: "periodic {\n cron = \"99 * * * *\"\n}"), "Invalid cron spec" },
        { Jobs.Batch("x", "true", job: "periodic {\n cron = \"@daily\"\n time_zone = \"No/Where\"\n}"), "Invalid time zone" },
        { Jobs.Service("x", "true", job: "parameterized {\n}"), "Parameterized job can only be used with \"batch\"" },
        { Jobs.Batch("x", "true", group: "restart {\n mode = \"maybe\"\n}"), "Unsupported restart mode" },
        { Jobs.Batch("x y", "true"), "Job ID contains a space" },
        { "job \"x\" {\n datacenters = [\"dc1\"]\n}\n", "Missing job task groups" },
    };

    [Theory]
    [MemberData(nameof(BrokenJobs))]
    public async Task A_file_that_cannot_be_parsed_names_the_place(string text, string reason)
    {
        var path = nomad.Write(nomad.UniqueId("broken"), text);
        foreach (var (command, exitCode) in new[] { ("validate", 1), ("run", 1), ("plan", 255) })
        {
            var result = await nomad.RunAsync("job", command, path);
            result.ExitCode.ShouldBe(exitCode, result.ToString());
            result.All.ShouldContain("Error getting job struct: ");
            result.All.ShouldContain(Path.GetFileName(path));
            result.All.ShouldContain(reason);
        }
    }

    [Theory]
    [MemberData(nameof(InvalidJobs))]
    public async Task A_job_that_makes_no_sense_is_refused(string text, string reason)
    {
        var path = nomad.Write(nomad.UniqueId("invalid"), text);
        var validated = await nomad.RunAsync("job", "validate", path);
        validated.ExitCode.ShouldBe(1, validated.ToString());
        validated.All.ShouldContain(reason);
        var run = await nomad.RunAsync("job", "run", path);
        run.ExitCode.ShouldBe(1, run.ToString());
        run.All.ShouldContain("Error submitting job: Unexpected response code: 500");
        run.All.ShouldContain(reason);
    }

    [Fact]
    public async Task A_job_without_datacenters_may_run_in_any_since_1_5()
    {
        var text = Jobs.Batch("x", "true").Replace("datacenters = [\"dc1\"]", "", StringComparison.Ordinal);
        var validated = await nomad.RunAsync("job", "validate", nomad.Write(nomad.UniqueId("anywhere"), text));
        validated.ExitCode.ShouldBe(await nomad.IsFromAsync(1, 5) ? 0 : 1, validated.ToString());
    }

    [Theory]
    [InlineData("30s", 0)]
    [InlineData("31s", 1)]
    public async Task A_task_that_may_take_longer_to_end_than_its_deployment_may_is_refused_since_1_6(string killTimeout, int exitCode)
    {
        var text = Jobs.Service("x", "true", task: $"kill_timeout = \"{killTimeout}\"", progressDeadline: "30s");
        var validated = await nomad.RunAsync("job", "validate", nomad.Write(nomad.UniqueId("slow"), text));
        validated.ExitCode.ShouldBe(await nomad.IsFromAsync(1, 6) ? exitCode : 0, validated.ToString());
        if (validated.ExitCode != 0)
            validated.All.ShouldContain("longer than the group's ProgressDeadline");
    }

    [Theory]
    [InlineData("exec")]
    [InlineData("volume")]
    [InlineData("service")]
    public async Task A_job_for_a_cluster_is_valid(string part)
    {
        var path = nomad.Write(nomad.UniqueId("cluster"), Clusters[part]);
        var result = await nomad.RunAsync("job", "validate", path);
        result.ExitCode.ShouldBe(0, result.ToString());
        result.Output.ShouldContain("Job validation successful");
    }

    [Theory]
    [InlineData("job", "run", "-no-such-flag", "x.hcl")]
    [InlineData("job", "run")]
    [InlineData("job", "run", "a", "b")]
    [InlineData("job", "run", "no-such-file.hcl")]
    [InlineData("job", "no-such-command")]
    [InlineData("no-such-command")]
    [InlineData("job", "inspect")]
    [InlineData("alloc", "logs")]
    [InlineData("alloc", "status")]
    [InlineData("eval", "status", "no-such-id")]
    public async Task Wrong_use_is_not_0(params string[] command)
    {
        var result = await nomad.RunAsync(command);
        result.ExitCode.ShouldNotBe(0, result.ToString());
        result.All.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("Error submitting job: ", "job", "run", "-detach", "FILE")]
    [InlineData("Error during plan: ", "job", "plan", "FILE")]
    [InlineData("Error querying jobs: ", "job", "status")]
    [InlineData("Error querying allocation: ", "alloc", "logs", "abcd")]
    [InlineData("Error querying job prefix|Error deregistering job: ", "job", "stop", "-yes", "x")]
    [InlineData("Error querying job prefix|Failed to dispatch job: ", "job", "dispatch", "-detach", "x")]
    public async Task An_unreachable_agent_is_named(string message, params string[] command)
    {
        var file = nomad.Write(nomad.UniqueId("unreachable"), Jobs.Batch("x", "true"));
        var address = nomad.IsReal ? "http://127.0.0.1:1" : $"unix://{nomad.Directory}/nobody.sock";
        var words = command.Select(word => word == "FILE" ? file : word).ToList();
        // The flag stands with the others, before the arguments.
        words.Insert(command[1] == "periodic" ? 3 : 2, $"-address={address}");
        var result = await nomad.RunAsync(words);
        result.ExitCode.ShouldBe(command[1] == "plan" ? 255 : 1, result.ToString());
        message.Split('|').ShouldContain(one => result.All.Contains(one, StringComparison.Ordinal), result.ToString());
        result.All.ShouldContain("connect: ");
    }

    internal static IReadOnlyDictionary<string, string> Clusters { get; } = new Dictionary<string, string>
    {
        ["exec"] = Jobs.Batch("x", "true").Replace("raw_exec", "exec", StringComparison.Ordinal),
        ["volume"] = Jobs.Batch("x", "true",
            group: "volume \"data\" {\n type = \"host\"\n source = \"postgres-data\"\n read_only = false\n}",
            task: "volume_mount {\n volume = \"data\"\n destination = \"/var/lib/postgresql\"\n read_only = false\n}"),
        ["service"] = Jobs.Service("x", "true", group: """
            network {
              mode = "bridge"
              port "db" {
                static = 5432
              }
            }
            service {
              name = "postgres"
              port = "5432"
              tags = ["a"]
              connect {
                sidecar_service {
                  proxy {
                    upstreams {
                      destination_name = "other"
                      local_bind_port  = 8080
                    }
                  }
                }
              }
            }
            service {
              name = "plain"
              port = "db"
              check {
                type     = "tcp"
                interval = "10s"
                timeout  = "2s"
              }
            }
            """),
    };
}

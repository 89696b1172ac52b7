using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

/// <summary>An agent of root among users who are nobody's friends: what they put in the place of a task's files and folders.</summary>
public sealed class LocalFolderTests(LocalAgentFixture nomad) : IClassFixture<LocalAgentFixture>
{
    private const string Template = """
        template {
          destination = "local/conf"
          change_mode = "noop"
          data        = "ours"
        }
        """;

    [Fact]
    public async Task Another_user_reaches_nothing_of_a_task()
    {
        RequireRoot();
        var id = nomad.UniqueId("closed");
        await nomad.SubmitAsync(id, Jobs.Batch(id, "sleep 300", task: "user = \"nobody\"\n" + Template));
        var allocation = (string)(await nomad.AllocationAsync(id, "running"))["ID"]!;
        var root = Path.Combine(nomad.DataDirectory, "alloc", allocation);
        foreach (var folder in (string[])["work", "work/local", "work/secrets", "work/tmp", "alloc", "alloc/data"])
            (await ShellAsync("0", $"stat -c '%U %a' {root}/{folder}")).ShouldBe((0, "nobody 700\n"), folder);
        (await ShellAsync("daemon", $"mv {root}/work/local/conf {root}/work/local/old")).Code.ShouldNotBe(0);
        (await ShellAsync("daemon", $"rm -rf {root}/work/tmp; ln -s /etc {root}/work/tmp")).Code.ShouldNotBe(0);
        (await ShellAsync("nobody", $"cat {root}/work/local/conf")).ShouldBe((0, "ours"));
        await nomad.RunAsync("job", "stop", "-yes", "-detach", id);
    }

    [Theory]
    [InlineData("tmp")]
    [InlineData("local")]
    [InlineData("secrets")]
    public async Task A_link_in_the_place_of_a_tasks_folder_is_refused_at_the_next_start(string folder)
    {
        RequireRoot();
        var id = nomad.UniqueId("link");
        var victim = Directory.CreateDirectory(Path.Combine(nomad.Directory, id)).FullName;
        await nomad.SubmitAsync(id, Jobs.Batch(id, $"rm -rf {folder}; ln -s {victim} {folder}; exit 1", task: "user = \"nobody\"\n" + Template, group: """
            restart {
              attempts = 1
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
        allocation["TaskStates"]!["work"]!["Events"]!.ToJsonString().ShouldContain("cannot be used");
        (await ShellAsync("0", $"stat -c '%U %a' {victim}; ls {victim}")).ShouldBe((0, "root 755\n"));
    }

    [Fact]
    public async Task A_umask_of_root_does_not_close_a_tasks_way_to_its_folders()
    {
        RequireRoot();
        await using var closed = new ClosedFixture();
        await closed.InitializeAsync();
        await closed.SubmitAsync("own", Jobs.Batch("own", "cat local/conf deep/er/conf", task: "user = \"nobody\"\n" + Template
            + "\n" + Template.Replace("local/conf", "deep/er/conf", StringComparison.Ordinal)));
        var own = await closed.AllocationAsync("own", "complete", "failed");
        (await closed.RunAsync("alloc", "logs", (string)own["ID"]!)).Output.ShouldBe("oursours");
    }

    [Fact]
    public async Task Signals_that_were_ignored_at_the_start_reach_agent_and_tasks()
    {
        await using var deaf = new DeafFixture();
        await deaf.InitializeAsync();
        const string ignored = "grep SigIgn /proc/self/status; ";
        await deaf.SubmitAsync("hears", Jobs.Batch("hears", ignored + "trap 'exit 3' INT; echo ready; while :; do sleep 0.1; done"));
        var allocation = (string)(await deaf.AllocationAsync("hears", "running"))["ID"]!;
        await Eventually.TrueAsync(async () => (await deaf.RunAsync("alloc", "logs", allocation)).Output.Contains("ready", StringComparison.Ordinal), "the task");
        Ignored((await deaf.RunAsync("alloc", "logs", allocation)).Output).ShouldBe(0UL);
        var start = new ProcessStartInfo("sh", ["-c", DeafFixture.Deaf, "sh", deaf.Executable, "alloc", "exec", "-i=false", allocation, "sh", "-c", ignored])
        {
            UseShellExecute = false, RedirectStandardOutput = true, Environment = { ["NOMAD_ADDR"] = deaf.Address },
        };
        using var exec = Process.Start(start)!;
        Ignored(await exec.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe(0UL);
        await deaf.RunAsync("job", "stop", "-yes", "-detach", "hears");
        var ended = await deaf.AllocationAsync("hears", "complete");
        ended["TaskStates"]!["work"]!["Events"]!.AsArray().Select(one => (int)one!["ExitCode"]!).ShouldContain(3);
        // That the agent hears its own is seen at the end of the fixture, which interrupts it.
    }

    // The C library's own two are not for programs.
    private static ulong Ignored(string log) =>
        Convert.ToUInt64(log.Split('\n').First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), 16) & ~(3UL << 31);

    private static void RequireRoot()
    {
        if (Environment.UserName != "root")
            Assert.Skip("Only root runs tasks as other users.");
    }

    private static async Task<(int Code, string Output)> ShellAsync(string user, string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("setpriv", [$"--reuid={user}", "--clear-groups", "--", "sh", "-c", script])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (shell.ExitCode, output);
    }

    private sealed class ClosedFixture : LocalAgentFixture
    {
        protected override ProcessStartInfo StartOf(IReadOnlyList<string> arguments) =>
            new("sh", ["-c", "umask 077; exec \"$@\"", "sh", LocalExecutable, .. arguments]);
    }

    private sealed class DeafFixture : LocalAgentFixture
    {
        public const string Deaf = "trap '' INT QUIT HUP USR1; exec \"$@\"";

        protected override ProcessStartInfo StartOf(IReadOnlyList<string> arguments) => new("sh", ["-c", Deaf, "sh", LocalExecutable, .. arguments]);
    }
}

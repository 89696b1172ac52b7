using System.Diagnostics;
using System.Text.RegularExpressions;
using Shouldly;
using Tests.EndToEnd;
using Tests.Settings;
using Xunit;

namespace Tests.Workflows;

/// <summary>The commands in the workflows are commands of this build; what stands around them does what it says.</summary>
public sealed partial class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("workflow-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Commands =>
        [.. Workflow.Names.SelectMany(n => Workflow.Read(n).Scripts).SelectMany(s => BuildCommand().Matches(s)).Select(m => m.Groups["words"].Value.Trim()).Distinct()];

    [Theory, MemberData(nameof(Commands))]
    public async Task The_build_knows_each_word(string words)
    {
        var typed = Regex.Replace(words, "\"?\\$(PROFILE|profile)\"?", "local").Replace("\"$TIME\"", "2026-11-22T14:03:00Z").Replace("\"$SET\"", "latest");
        typed.ShouldNotContain("$", customMessage: words);
        var (code, output) = await RunAsync(Checkout.Program, Repository.Root, [], [.. typed.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--plan"]);
        code.ShouldBe(0, output);
    }

    [Fact]
    public async Task Help_lists_the_groups_in_the_order_in_which_a_newcomer_needs_them()
    {
        var (code, output) = await RunAsync(Checkout.Program, Repository.Root, [], ["--help"]);
        code.ShouldBe(0, output);
        GroupHeading().Matches(output.Split("\nParameters:")[0]).Select(m => m.Groups["name"].Value)
            .ShouldBe(["Cluster", "Status", "Backups", "Restore", "Schedules", "Secrets", "Tests"]);
        output.ShouldContain("\nCluster:\n  Deploy\n    ");
    }

    // Each choice that the form offers leads to a command, with what was typed in one word.
    [Theory]
    [InlineData("time", "Restore --profile production --target-time=2026-11-22 14:03:00Z; touch x")]
    [InlineData("end of all WAL", "Restore --profile production --backup-set=$(touch x) --recovery-target latest")]
    [InlineData("end of the backup set", "Restore --profile production --backup-set=$(touch x) --recovery-target immediate")]
    [InlineData("something else", "")]
    public async Task A_restore_passes_on_what_was_chosen_and_nothing_more(string point, string expected)
    {
        var workflow = Workflow.Read("workflows/restore.yml");
        if (expected.Length > 0)
            $"{workflow.Root["on"]["workflow_dispatch"]["inputs"]["point"]["options"]}".ShouldContain(point);
        foreach (var script in workflow.Scripts.Where(s => s.Contains("$POINT", StringComparison.Ordinal)))
        {
            var dry = script.Contains("--dry-run", StringComparison.Ordinal) ? "Restore --dry-run" : "Restore";
            var (code, output) = await ShellAsync(script, ("POINT", point), ("PROFILE", "production"), ("TIME", "2026-11-22 14:03:00Z; touch x"), ("SET", "$(touch x)"));
            (code, output.Trim()).ShouldBe((expected.Length > 0 ? 0 : 2, expected.Replace("Restore", dry)));
            File.Exists(Path.Combine(_folder, "x")).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(0, 0, ""), InlineData(5, 0, "::warning::"), InlineData(1, 1, ""), InlineData(3, 3, "")]
    public async Task A_check_with_warnings_is_no_failed_run_and_one_that_is_critical_is(int check, int expected, string said)
    {
        var script = Workflow.Read("workflows/check.yml").Scripts.Single(s => s.Contains(" Check ", StringComparison.Ordinal));
        var (code, output) = await ShellAsync(script, ("PROFILE", "production"), ("ENDS_WITH", $"{check}"));
        code.ShouldBe(expected, output);
        output.ShouldContain(said);
    }

    [Theory]
    [InlineData(0, 0), InlineData(10, 0), InlineData(3, 3), InlineData(1, 1)]
    public async Task A_plan_with_changes_is_no_failed_run(int plan, int expected)
    {
        var script = Workflow.Read("workflows/pull-request.yml").Scripts.Single(s => s.Contains(" Plan ", StringComparison.Ordinal));
        (await ShellAsync(script, ("PROFILE", "production"), ("ENDS_WITH", $"{plan}"))).Code.ShouldBe(expected);
    }

    [Theory]
    [InlineData("production", 0), InlineData("prod", 1), InlineData("", 1)]
    public async Task A_restore_is_confirmed_by_the_name_of_the_profile(string typed, int expected)
    {
        var script = Workflow.Read("workflows/restore.yml").Scripts.Single(s => s.Contains("$CONFIRM", StringComparison.Ordinal));
        (await ShellAsync(script, ("PROFILE", "production"), ("CONFIRM", typed))).Code.ShouldBe(expected);
    }

    [Theory]
    [InlineData("committed", 0), InlineData("changed", 1), InlineData("added", 1), InlineData("removed", 1)]
    public async Task Jobs_that_are_not_as_rendered_fail_a_pull_request(string now, int expected)
    {
        var job = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "jobs", "production")).FullName, "postgres.nomad.hcl");
        await File.WriteAllTextAsync(job, "job \"postgres\" {}\n", TestContext.Current.CancellationToken);
        foreach (var command in (string[])["init --quiet", "add jobs", "-c user.name=a -c user.email=a@example.com commit --quiet --message=jobs"])
            (await RunAsync("git", _folder, [], command.Split(' '))).Code.ShouldBe(0);
        if (now == "removed")
            File.Delete(job);
        else if (now != "committed")
            await File.WriteAllTextAsync(now == "added" ? job + ".new" : job, "another", TestContext.Current.CancellationToken);
        var script = Workflow.Read("workflows/pull-request.yml").Scripts.Single(s => s.Contains("git diff", StringComparison.Ordinal));
        var (code, output) = await ShellAsync(script);
        code.ShouldBe(expected, output);
        output.Contains("::error::jobs/ is stale", StringComparison.Ordinal).ShouldBe(expected == 1);
    }

    [Fact]
    public async Task Certificates_become_files_that_only_the_runner_reads()
    {
        var script = Workflow.Read("actions/prepare/action.yml").Scripts.Single(s => s.Contains("NOMAD_CACERT", StringComparison.Ordinal));
        var environment = Path.Combine(_folder, "env");
        var (code, output) = await ShellAsync(
            script, ("CA", "-----BEGIN\nca"), ("CLIENT_CERTIFICATE", ""), ("CLIENT_KEY", "key"), ("RUNNER_TEMP", _folder), ("GITHUB_ENV", environment));
        (code, output.Trim()).ShouldBe((0, ""));
        (await File.ReadAllLinesAsync(environment, TestContext.Current.CancellationToken)).ShouldBe([$"NOMAD_CACERT={_folder}/NOMAD_CACERT.pem", $"NOMAD_CLIENT_KEY={_folder}/NOMAD_CLIENT_KEY.pem"]);
        (await File.ReadAllTextAsync($"{_folder}/NOMAD_CACERT.pem", TestContext.Current.CancellationToken)).ShouldBe("-----BEGIN\nca\n");
        File.GetUnixFileMode($"{_folder}/NOMAD_CLIENT_KEY.pem").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    // As a runner does it, with a build that says how it was called.
    private async Task<(int Code, string Output)> ShellAsync(string script, params (string, string)[] variables)
    {
        var build = Path.Combine(_folder, "build.sh");
        await File.WriteAllTextAsync(build, "#!/bin/bash\necho \"$*\"\nexit \"${ENDS_WITH:-0}\"\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(build, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return await RunAsync("bash", _folder, variables, ["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string folder, IEnumerable<(string Name, string Value)> variables, string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
            info.Environment[name] = value;
        using var run = new RunningBuild(info);
        var outcome = await run.End();
        return (outcome.ExitCode, outcome.All);
    }

    [GeneratedRegex(@"^(?<name>[A-Z]\w+):$", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex GroupHeading();

    [GeneratedRegex(@"\./build\.sh (?<words>[A-Z][^\n|;&]*)", RegexOptions.ExplicitCapture)]
    private static partial Regex BuildCommand();
}

using System.Diagnostics;
using Shouldly;
using Tests.EndToEnd;
using Tests.Settings;
using Xunit;

namespace Tests.Scripts;

public class SyntaxTests
{
    public static TheoryData<string> Scripts => [.. Directory.GetFiles(Repository.PathOf("templates", "scripts"), "*.sh").Select(p => Path.GetFileName(p)!).Order()];

    [Theory, MemberData(nameof(Scripts))]
    public async Task Every_script_is_bash(string name)
    {
        var (code, said) = await RunAsync("bash", "-n", Repository.PathOf("templates", "scripts", name));
        code.ShouldBe(0, said);
    }

    // The scripts are sourced into each other: what one sets another reads (SC2034, SC2154), and arguments come from elsewhere (SC2120).
    [Fact]
    public async Task ShellCheck_finds_nothing_and_finds_what_is_wrong()
    {
        if (!File.Exists("/usr/bin/shellcheck"))
            Assert.Skip("shellcheck is not installed; to have it: apt-get install --no-install-recommends shellcheck");
        string[] strict = ["--norc", "--shell=bash", "--severity=warning", "--exclude=SC2034,SC2154,SC2120"];
        var (code, said) = await RunAsync("/usr/bin/shellcheck", [.. strict, .. Directory.GetFiles(Repository.PathOf("templates", "scripts"), "*.sh"), Repository.PathOf("build.sh"), Repository.PathOf(".ci", "run")]);
        code.ShouldBe(0, said);

        var wrong = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(wrong, "#!/bin/bash\nfor f in $(ls /tmp); do rm $f; done\n", TestContext.Current.CancellationToken);
            (await RunAsync("/usr/bin/shellcheck", [.. strict, wrong])).Said.ShouldContain("SC2045");
        }
        finally
        {
            File.Delete(wrong);
        }
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        using var run = new RunningBuild(new ProcessStartInfo(program, arguments));
        var outcome = await run.End();
        return (outcome.ExitCode, outcome.All);
    }
}

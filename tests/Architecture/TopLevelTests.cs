using System.ComponentModel;
using System.Diagnostics;
using System.Xml.Linq;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.Architecture;

public class TopLevelTests
{
    private static readonly string[] Fixed = ["build", "templates", "jobs", "tests", "build.sh", "build.ps1", ".nuke"];
    private static readonly string[] Usual = ["README.md", "docs", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "global.json"];

    [Fact]
    public async Task The_top_level_is_fixed()
    {
        var files = await TrackedAsync();
        var top = files.Select(f => f.Split('/')[0]).Distinct().ToList();
        Fixed.Except(top).ShouldBeEmpty("missing");
        top.Where(f => !f.StartsWith('.')).Except([.. Fixed, .. Usual]).ShouldBeEmpty("has no place");
    }

    [Fact]
    public async Task What_a_run_leaves_is_not_tracked() =>
        (await TrackedAsync()).ShouldNotContain(f => f.StartsWith(".nuke/temp/") || f.StartsWith("jobs/local/") || f.Contains(".received."));

    [Fact]
    public void Editors_open_every_project()
    {
        var solution = Repository.PathOf("build", "PostgresOnNomad.slnx");
        XDocument.Load(solution).Descendants("Project").Select(p => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(solution)!, p.Attribute("Path")!.Value)))
            .ShouldBe(
                Directory.GetFiles(Repository.PathOf("build"), "*.csproj", SearchOption.AllDirectories).Append(Repository.PathOf("tests", "Tests.csproj")),
                ignoreOrder: true);
    }

    private static async Task<string[]> TrackedAsync()
    {
        if (!Path.Exists(Repository.PathOf(".git")))
            Assert.Skip("this is no git checkout");
        try
        {
            // A checkout that belongs to somebody else is still one to be read.
            var start = new ProcessStartInfo("git", ["-c", $"safe.directory={Repository.Root}", "-C", Repository.Root, "ls-files"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            using var git = Process.Start(start)!;
            var output = await git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await git.WaitForExitAsync(TestContext.Current.CancellationToken);
            git.ExitCode.ShouldBe(0);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Win32Exception)
        {
            Assert.Skip("git is not on the PATH");
            throw;
        }
    }
}

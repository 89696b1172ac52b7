using System.Diagnostics;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>A fresh clone is as clean after its first run as before.</summary>
public sealed class CommittedFileTests
{
    [Fact]
    public async Task The_schema_of_the_options_is_committed_as_the_build_writes_it()
    {
        await using var checkout = new Checkout();
        await checkout.Run(0, "Status");
        (await File.ReadAllTextAsync(Path.Combine(checkout.Path, ".nuke", "build.schema.json"), Wait.Token)).ShouldBe(await CommittedAsync());
    }

    // As git has it: the run that these tests are part of has written the file already.
    private static async Task<string> CommittedAsync()
    {
        if (!Path.Exists(Repository.PathOf(".git")))
            Assert.Skip("this is no git checkout");
        using var git = new RunningBuild(new ProcessStartInfo(
            "git", ["-c", $"safe.directory={Repository.Root}", "-C", Repository.Root, "show", "HEAD:.nuke/build.schema.json"]));
        var outcome = await git.End();
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome.Out;
    }
}

using Shouldly;
using Xunit;

namespace Tests.Host;

public sealed class HelpTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--help --port 7")]
    public async Task It_lists_targets_and_parameters_as_NUKE_does(string arguments)
    {
        var outcome = await _folder.Run(arguments);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        outcome.Error.ShouldBeEmpty();
        outcome.Out.ShouldStartWith("Targets (with their direct dependencies):\n\n");
        outcome.Out.ShouldContain("  Status (default)\n    Shows the state\n");
        outcome.Out.ShouldContain("  Deploy               -> Check, Render\n    Brings the cluster up\n");
        outcome.Out.ShouldNotContain("\n  Check");
        outcome.Out.ShouldContain(
            "  --backup-type         The kind of backup. One of full, diff, only-incremental.\n"
            + "  --colour              The colour of the shed.\n");
        outcome.Out.ShouldContain("  --target              List of targets to be invoked. Default is 'Status'.\n");
        outcome.Lines.ShouldAllBe(x => x.Length <= 90);
    }

    [Fact]
    public async Task It_tells_of_one_target()
    {
        var outcome = await _folder.Run("Restore --help");
        outcome.Out.ShouldBe("""
            Restore
              Restores a backup set
              Runs before it: Check
              Requires:
              --backup-set          The set to restore: 'latest' or a label.

            --help alone lists all targets and parameters.

            """);
    }

    [Fact]
    public async Task It_does_not_need_files_that_are_right()
    {
        _folder.Write(".nuke/parameters.json", "{ broken");
        (await _folder.Run("--help")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_word_is_not_hidden_by_it() => (await _folder.Run("Restor --help")).ExitCode.ShouldBe(2);
}

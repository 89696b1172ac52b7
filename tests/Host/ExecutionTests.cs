using Shouldly;
using Xunit;

namespace Tests.Host;

public sealed class ExecutionTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Status", """{"state":"running","port":5432}""")]
    [InlineData("", """{"state":"running","port":5432}""")]
    [InlineData("status", """{"state":"running","port":5432}""")]
    [InlineData("--target Status", """{"state":"running","port":5432}""")]
    [InlineData("--target Render+Backup", "render backup Full")]
    [InlineData("Restore --skip --backup-set x", "restore x")]
    [InlineData("Restore --skip Check --backup-set x", "restore x")]
    [InlineData("Maybe", "")]
    [InlineData("Maybe --yes", "render maybe")]
    [InlineData("Maybe --yes true", "render maybe")]
    [InlineData("Maybe --yes=false", "")]
    [InlineData("Maybe Render", "render")]
    [InlineData("Later", "")]
    [InlineData("Later --yes", "later")]
    [InlineData("FailSoftly Backup", "backup Full")]
    [InlineData("Backup Fail", "")]
    [InlineData("CleanUp Backup Fail", "cleaned")]
    public async Task What_runs(string arguments, string expected)
    {
        var outcome = await _folder.Run(arguments);
        string.Join(' ', outcome.Lines).ShouldBe(expected, outcome.ToString());
        outcome.ExitCode.ShouldBe(arguments.Contains("Fail", StringComparison.Ordinal) ? 1 : 0, outcome.ToString());
    }

    [Theory]
    [InlineData("Status")]
    [InlineData("Deploy Backup --verbosity quiet")]
    [InlineData("Deploy Backup", "NUKE_VERBOSITY", "Quiet")]
    public async Task Nothing_is_said_when_there_is_nothing_to_say(string arguments, string name = "X", string value = "")
    {
        var outcome = await _folder.Run(arguments, (name, value));
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        outcome.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_summary_closes_a_run_of_several_targets()
    {
        var outcome = await _folder.Run("Maybe Fail Backup --verbosity minimal");
        outcome.Error.ShouldBe("""
            Target Fail failed: the disk is full

            ═══════════════════════════════════════
            Target             Status      Duration
            ───────────────────────────────────────
            Render             Skipped                // because of Maybe
            Maybe              Skipped                // OnlyWhen: Yes
            Fail               Failed        < 1sec   // the disk is full
            Backup             NotRun              
            ───────────────────────────────────────
            Total                            < 1sec
            ═══════════════════════════════════════

            """.Replace("NotRun              ", "NotRun", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("1", false)]
    public async Task Colours_are_for_terminals(string noColour, bool expected)
    {
        if (!File.Exists("/usr/bin/script"))
            Assert.Skip("script(1), which makes a terminal, is not installed");
        using var run = _folder.StartProgram(
            "/usr/bin/script", ["-qec", $"{SampleFolder.Program} Fail", "/dev/null"], ("NO_COLOR", noColour), ("TERM", "xterm"));
        var outcome = await run.End();
        outcome.Out.Contains("\e[31m", StringComparison.Ordinal).ShouldBe(expected, outcome.ToString());
        (await _folder.Run("Fail")).Error.ShouldNotContain("\e[");
    }

    [Fact]
    public async Task Verbose_tells_the_source_of_every_value_and_the_stack()
    {
        var outcome = await _folder.Run(
            "Fail --verbosity verbose --port 7", ("BACKUP_SET", "x"), ("SUPERUSER_PASSWORD", "geheim"));
        outcome.Error.ShouldContain("Port = 7 (--port)");
        outcome.Error.ShouldContain("BackupSet = x (environment variable BACKUP_SET)");
        outcome.Error.ShouldContain("SuperuserPassword = *** (environment variable SUPERUSER_PASSWORD)");
        outcome.Error.ShouldContain("   at Build.");
    }

    [Fact]
    public async Task A_second_signal_of_the_same_kind_ends_the_process_at_once()
    {
        using var run = _folder.Start("Deaf");
        await run.WaitFor("waiting");
        await run.Signal("TERM");
        await run.WaitFor("heard");
        await run.Signal("INT");

        // The host takes two signals that close together for one, so the second has to come late enough.
        await Task.Delay(TimeSpan.FromMilliseconds(300), SampleFolder.Token);
        await run.Signal("TERM");
        (await run.End()).ExitCode.ShouldBe(143);
    }

    [Theory]
    [InlineData("--root {0}", "")]
    [InlineData("--root={0}", "")]
    [InlineData("", "{0}")]
    public async Task The_root_can_be_named(string option, string variable)
    {
        using var other = new SampleFolder();
        var outcome = await _folder.Run(
            "Values " + string.Format(option, other.Path), ("NUKE_ROOT", string.Format(variable, other.Path)));
        outcome.Lines.ShouldContain($"Root={other.Path}");
    }
}

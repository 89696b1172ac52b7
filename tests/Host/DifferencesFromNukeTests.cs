using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Tests.Host;

/// <summary>Where NUKE 10.1 does something that must not happen to a database: one test for each row of that table.</summary>
public sealed class DifferencesFromNukeTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Backup --backup-type=diff")]
    [InlineData("Backup --backup-type diff")]
    [InlineData("--backup-type diff Backup")]
    [InlineData("--yes Backup --port 1 --backup-type=Diff --no-logo")]
    public async Task A_value_may_be_joined_and_a_target_may_stand_anywhere(string arguments)
    {
        var outcome = await _folder.Run(arguments);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        outcome.Out.ShouldBe("backup Diff\n");
    }

    [Fact]
    public async Task An_unknown_option_is_refused()
    {
        var outcome = await _folder.Run("Restore --backup-sett latest");
        outcome.ExitCode.ShouldBe(2);
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldContain("Unknown option '--backup-sett'. Did you mean '--backup-set'?");
        outcome.Error.ShouldNotContain("'latest'");
    }

    [Theory]
    [InlineData("--backup-type ful", "'ful' is none of full, diff, only-incremental. Did you mean 'full'?")]
    [InlineData("--backup-type 1", "'1' is none of")]
    [InlineData("--port 54x2", "'54x2' is not a whole number")]
    [InlineData("--port 99999999999", "is not a whole number from -2147483648 to 2147483647")]
    public async Task An_invalid_enum_or_number_is_refused(string option, string message)
    {
        var outcome = await _folder.Run($"Backup {option}");
        outcome.ExitCode.ShouldBe(2);
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldContain(message);
    }

    [Theory]
    [InlineData("Render Backup", "render backup Full")]
    [InlineData("Backup Render", "backup Full render")]
    [InlineData("Revert Restore --backup-set x", "check restore x revert")]
    [InlineData("Backup All", "backup Full check render deploy notify")]
    public async Task Several_targets_run_by_the_graph_then_in_the_order_given(string arguments, string expected)
    {
        var outcome = await _folder.Run(arguments);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        string.Join(' ', outcome.Lines).ShouldBe(expected);
    }

    [Fact]
    public async Task A_secret_in_plain_text_in_a_file_is_refused_and_not_shown()
    {
        _folder.Write(".nuke/parameters.json", """{ "SuperuserPassword": "geheim" }""");
        var outcome = await _folder.Run("Status");
        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain(".nuke/parameters.json: SuperuserPassword is a secret in plain text");
        outcome.Error.ShouldContain("SUPERUSER_PASSWORD in the environment");
        outcome.Error.ShouldNotContain("geheim");
    }

    [Theory]
    [InlineData("correct horse", 1)]
    [InlineData("wrong horse", 2)]
    [InlineData("", 2)]
    public async Task An_encrypted_secret_needs_its_password(string password, int exitCode)
    {
        _folder.Write(".nuke/parameters.prod.json", $$"""{ "SuperuserPassword": "{{EncryptedValueTests.Encrypted}}" }""");
        var outcome = await _folder.Run("Leak --profile prod", ("PARAMS_PROD_KEY", password));
        outcome.ExitCode.ShouldBe(exitCode, outcome.ToString());
        if (exitCode == 2)
            outcome.Error.ShouldContain("PARAMS_PROD_KEY");
        else
            outcome.Out.ShouldBe("out ***\n***\n");
    }

    [Fact]
    public async Task A_secret_is_masked_in_all_output()
    {
        var outcome = await _folder.Run("Leak --verbosity verbose", ("SUPERUSER_PASSWORD", "geheim!"));
        outcome.ExitCode.ShouldBe(1);
        outcome.Out.ShouldBe("out ***\n***\n");
        outcome.Error.ShouldContain("error ***\n");
        outcome.Error.ShouldContain("cannot log in with ***");
        outcome.Error.ShouldNotContain("geheim");
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_signal_lets_the_running_target_wind_down(string signal, int exitCode)
    {
        using var run = _folder.Start("Wait Backup CleanUp");
        await run.WaitFor("waiting");
        await run.Signal(signal);
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(exitCode, outcome.ToString());
        outcome.Lines.ShouldBe(["waiting", "winding down", "cleaned"]);
        outcome.Error.ShouldContain("Wait               Aborted");
        outcome.Error.ShouldContain("Backup             NotRun");
        outcome.Error.ShouldContain("CleanUp            Succeeded");
    }

    [Theory]
    [InlineData("Fail", 1, "Target Fail failed: the disk is full\n")]
    [InlineData("Refuse", 3, "Target Refuse failed: the set does not exist\n")]
    [InlineData("FailWithResult", 1, "Target FailWithResult failed: too late\n")]
    [InlineData("Render --colour dark-blue --port 1", 2, "error: the configuration is wrong\n")]
    [InlineData("GiveUp", 1, "Target GiveUp failed: nobody asked\n")]
    [InlineData("Restor", 2, "error: Unknown target 'Restor'. Did you mean 'Restore'?\nNothing was run. --help lists the targets and options.\n")]
    public async Task Failure_and_wrong_use_have_exit_codes_of_their_own(string arguments, int exitCode, string error)
    {
        var outcome = await _folder.Run(arguments);
        outcome.ExitCode.ShouldBe(exitCode);
        outcome.Error.ShouldBe(error);
    }

    [Fact]
    public async Task A_verdict_is_no_failure_and_nothing_begins_after_it()
    {
        var alone = await _folder.Run("Look");
        (alone.ExitCode, alone.Error).ShouldBe((10, ""));

        var outcome = await _folder.Run("Look Backup CleanUp");
        outcome.ExitCode.ShouldBe(10);
        outcome.Error.ShouldNotContain("failed");
        outcome.Error.ShouldContain("Look               Succeeded");
        outcome.Error.ShouldContain("   // ends with 10");
        outcome.Error.ShouldContain("Backup             NotRun");
        outcome.Error.ShouldContain("CleanUp            Succeeded");
    }

    [Fact]
    public async Task A_plan_is_printed()
    {
        var outcome = await _folder.Run("All Revert --plan");
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        outcome.Error.ShouldBeEmpty();
        outcome.Out.ShouldBe("""
            Graph:

              All
              ├─ Deploy
              │  ├─ Check
              │  ├─ Render
              │  └─ Notify (triggered)
              └─ Backup
              Revert

            Order of execution:

               1. Check
               2. Render
               3. Deploy
               4. Backup
               5. All (only its dependencies)
               6. Notify
               7. Revert

            """);
    }

    [Fact]
    public async Task A_run_costs_a_fraction_of_what_NUKE_takes()
    {
        // NUKE's own share is 0.6 s on an idle machine, on which a program that does nothing takes 0.05 s to start. Tests run side by side: such a
        // program is started in turn with ours, and the best of a few counts.
        TimeSpan ours = TimeSpan.MaxValue, bare = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            bare = await Shorter(bare, BareStart);
            ours = await Shorter(ours, async () => (await _folder.Run("Status")).ExitCode.ShouldBe(0));
        }

        ours.ShouldBeLessThan(bare * 6, $"a bare start takes {bare.TotalSeconds:0.00} s");
    }

    private static async Task BareStart()
    {
        using var program = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "nomad"), "version") { RedirectStandardOutput = true, UseShellExecute = false })!;
        (await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain("Nomad v");
    }

    private static async Task<TimeSpan> Shorter(TimeSpan best, Func<Task> run)
    {
        var start = TimeProvider.System.GetTimestamp();
        await run();
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        return elapsed < best ? elapsed : best;
    }
}

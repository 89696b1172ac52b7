using Shouldly;
using Xunit;

namespace Tests.Host;

/// <summary>A wrong word stops the run before anything runs.</summary>
public sealed class WrongWordTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Restor", "Unknown target 'Restor'. Did you mean 'Restore'?")]
    [InlineData("Frobnicate", "Unknown target 'Frobnicate'.\n")]
    [InlineData("backup-set", "Unknown target 'backup-set'. The option is written --backup-set.")]
    [InlineData("Status Status", "Target 'Status' is named twice")]
    [InlineData("Restore --backupset", "Unknown option '--backupset'. Did you mean '--backup-set'?")]
    [InlineData("Restore -x", "Unknown option '-x'")]
    [InlineData("Restore --", "'--' alone has no meaning")]
    [InlineData("Restore --backup-set", "--backup-set has no value.")]
    [InlineData("Restore --backup-set=", "--backup-set has an empty value.")]
    [InlineData("Restore --backup-set --yes", "--backup-set has no value. If '--yes' is meant as the value, write --backup-set=--yes.")]
    [InlineData("Restore --backup-set a --backup-set b", "--backup-set is given twice.")]
    [InlineData("Backup --yes --yes", "--yes is given twice.")]
    [InlineData("Backup --yes=maybe", "--yes: 'maybe' is not true or false.")]
    [InlineData("Backup --colour greem", "'greem' is none of red, green, dark-blue. Did you mean 'green'?")]
    [InlineData("Backup --timeout 5", "'5' is not a duration such as 0:30")]
    [InlineData("Backup --moment 2026-11-22T14:00:00", "is not a moment with its offset")]
    [InlineData("Backup --ports 1 --ports x", "--ports: 'x' is not a whole number")]
    [InlineData("Backup --databases a++b", "--databases: an item is empty.")]
    [InlineData("Backup --verbosity loud", "'loud' is none of verbose, normal, minimal, quiet.")]
    [InlineData("Backup --completion fish", "'fish' is none of bash, zsh, pwsh.")]
    [InlineData("Backup --skip Rendr", "Unknown target 'Rendr'. Did you mean 'Render'?")]
    [InlineData("Backup --skip Backup", "Target 'Backup' is named to run and to be skipped.")]
    [InlineData("Backup --profile nope", "There is no profile 'nope' (.nuke/parameters.nope.json). Profiles: local, prod.")]
    [InlineData("Backup --profile prd", "Did you mean 'prod'?")]
    [InlineData("Backup --profile prod,prod", "profile 'prod' is given twice")]
    [InlineData("Backup --superuser-password x", "can be read by everybody on this machine. Give it as SUPERUSER_PASSWORD in the environment")]
    [InlineData("Restore", "Target Restore requires --backup-set (environment: BACKUP_SET).")]
    [InlineData("Revert --port 80", "Target Revert requires 'Port > 1024'.")]
    public async Task It_is_refused(string arguments, string message)
    {
        _folder.Write(".nuke/parameters.local.json", "{}");
        _folder.Write(".nuke/parameters.prod.json", "{}");
        var outcome = await _folder.Run(arguments);
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldContain(message);
        outcome.Error.ShouldContain("Nothing was run.");
    }

    [Fact]
    public async Task All_of_them_are_reported_together()
    {
        _folder.Write(".nuke/parameters.json", """{ "Prot": 1, "BackupType": "never" }""");
        var outcome = await _folder.Run("Restor --yess --port x", ("TIMEOUT", "soon"));
        outcome.ExitCode.ShouldBe(2);
        outcome.Error.Split('\n').Count(x => x.StartsWith("error:", StringComparison.Ordinal)).ShouldBe(6, outcome.Error);
    }

    [Fact]
    public async Task A_run_outside_of_any_root_is_refused()
    {
        Directory.Delete(Path.Combine(_folder.Path, ".nuke"));
        var outcome = await _folder.Run("Status");
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("holds .nuke");
    }
}

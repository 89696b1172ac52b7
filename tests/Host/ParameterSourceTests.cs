using Shouldly;
using Xunit;

namespace Tests.Host;

/// <summary>Where a parameter's value comes from.</summary>
public sealed class ParameterSourceTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Values --profile a,b --port 1", "2", "1")]
    [InlineData("Values --profile a,b", "2", "2")]
    [InlineData("Values --profile a,b", null, "4")]
    [InlineData("Values --profile b --profile a", null, "3")]
    [InlineData("Values --profile a", null, "3")]
    [InlineData("Values", null, "5")]
    public async Task The_strongest_source_wins(string arguments, string? variable, string expected)
    {
        _folder.Write(".nuke/parameters.json", """{ "$schema": "./build.schema.json", "Port": 5, "section": { "any": "thing" } }""");
        _folder.Write(".nuke/parameters.a.json", """{ "Port": 3 }""");
        _folder.Write(".nuke/parameters.b.json", """{ "Port": 4 }""");
        var outcome = await _folder.Run(arguments, ("PORT", variable ?? ""));
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        outcome.Lines.ShouldContain($"Port={expected}");
    }

    [Fact]
    public async Task A_file_may_begin_with_the_mark_of_an_editor_and_must_be_utf8()
    {
        var file = _folder.Write(".nuke/parameters.json", "\uFEFF{ \"Port\": 5 }");
        File.ReadAllBytes(file)[0].ShouldBe((byte)0xef);
        (await _folder.Run("Values")).Lines.ShouldContain("Port=5");

        File.WriteAllBytes(file, [.. "{\n\"Port\": \""u8, 0xe4, .. "\" }"u8]);
        var outcome = await _folder.Run("Values");
        outcome.ExitCode.ShouldBe(2);
        outcome.ToString().ShouldContain(".nuke/parameters.json, line 2, column 10: byte 0xe4 is not UTF-8; save the file as UTF-8.");
    }

    [Fact]
    public async Task Without_a_source_the_declared_default_stays()
    {
        var outcome = await _folder.Run("Values");
        outcome.Lines.ShouldContain("Port=5432");
        outcome.Lines.ShouldContain("BackupType=Full");
        outcome.Lines.ShouldContain("MaybeType=");
        outcome.Lines.ShouldContain("Yes=False");
    }

    [Fact]
    public async Task Every_type_can_be_given_on_the_command_line()
    {
        var outcome = await _folder.Run(
            "Values --backup-set x --backup-type only-incremental --maybe-type diff --port -5 --yes --output sub/../out "
            + "--timeout 1:30:00 --moment 2026-11-22T14:00:00Z --databases a+b --databases c --ports 1 --ports 2 --colour dark-blue");
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        outcome.Lines[..11].ShouldBe(
        [
            "BackupSet=x", "BackupType=OnlyIncremental", "MaybeType=Diff", "Port=-5", "Yes=True",
            $"Output={_folder.Path}/out", "Timeout=01:30:00", "Moment=2026-11-22T14:00:00.0000000+00:00",
            "Databases=a|b|c", "Ports=1|2", "Colour=dark-blue",
        ]);
    }

    [Fact]
    public async Task Every_type_can_be_given_in_a_file()
    {
        _folder.Write(".nuke/parameters.json", """
            {
              // Comments and a comma too many are for people.
              "BackupSet": "x", "BackupType": "Diff", "Port": 7, "Yes": true, "Output": "out",
              "Timeout": "0:05", "Databases": ["a", "b"], "Ports": [1, 2], "Colour": null, "Verbosity": "Minimal",
            }
            """);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "below"));
        using var run = _folder.StartProgram(
            "/bin/sh", ["-c", $"cd below && exec '{SampleFolder.Program}' Values"]);
        var outcome = await run.End();
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        outcome.Lines.ShouldBe(
        [
            "BackupSet=x", "BackupType=Diff", "MaybeType=", "Port=7", "Yes=True", $"Output={_folder.Path}/out",
            "Timeout=00:05:00", "Moment=", "Databases=a|b", "Ports=1|2", "Colour=", "Profiles=",
            $"Root={_folder.Path}", "Verbosity=Minimal",
        ]);
    }

    [Fact]
    public async Task The_shared_file_names_the_profile_that_is_loaded_when_none_is_asked_for()
    {
        _folder.Write(".nuke/parameters.json", """{ "Profile": "local" }""");
        _folder.Write(".nuke/parameters.local.json", """{ "Port": 6 }""");
        _folder.Write(".nuke/parameters.prod.json", "{}");
        (await _folder.Run("Values")).Lines.ShouldContain("Profiles=local");
        (await _folder.Run("Values")).Lines.ShouldContain("Port=6");
        (await _folder.Run("Values --profile prod")).Lines.ShouldContain("Port=5432");
        (await _folder.Run("Values", ("NUKE_PROFILE", "prod"))).Lines.ShouldContain("Profiles=prod");
    }

    [Theory]
    [InlineData("BACKUP_SET")]
    [InlineData("BackupSet")]
    [InlineData("NUKE_BACKUP_SET")]
    public async Task An_environment_variable_has_three_equal_names(string name)
    {
        (await _folder.Run("Values", (name, "x"))).Lines.ShouldContain("BackupSet=x");
        (await _folder.Run("Values", (name, "x"), ("BACKUP_SET", "x"))).Lines.ShouldContain("BackupSet=x");
    }

    [Fact]
    public async Task Two_names_with_different_values_are_refused()
    {
        var outcome = await _folder.Run("Values", ("BACKUP_SET", "a"), ("BackupSet", "b"));
        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain("BACKUP_SET and BackupSet mean the same but differ");
    }

    [Fact]
    public async Task Variables_that_belong_to_others_do_no_harm()
    {
        var outcome = await _folder.Run(
            "Values", ("SKIP", "x"), ("PROFILE", "x"), ("HELP", "1"), ("PLAN", "y"), ("TARGET", "z"), ("VERBOSITY", "loud"),
            ("NUKE_TELEMETRY_OPTOUT", "1"), ("NUKE_GLOBAL_TOOL_VERSION", "10"));
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
    }

    [Theory]
    [InlineData("NUKE_BACKUP_SETT", "x", "names no parameter. Did you mean NUKE_BACKUP_SET?")]
    [InlineData("PORT", "http", "environment variable PORT: 'http' is not a whole number")]
    [InlineData("NUKE_VERBOSITY", "loud", "environment variable NUKE_VERBOSITY: 'loud' is none of")]
    public async Task A_wrong_variable_is_refused_by_its_name(string name, string value, string message)
    {
        var outcome = await _folder.Run("Values", (name, value));
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain(message);
    }

    [Theory]
    [InlineData("""{ "Prot": 1 }""", ".nuke/parameters.json: Prot is no parameter. Did you mean 'Port'?")]
    [InlineData("""{ "port": 1 }""", ".nuke/parameters.json: port is no parameter. Did you mean 'Port'?")]
    [InlineData("""{ "Skip": ["Check"] }""", ".nuke/parameters.json: Skip belongs on the command line.")]
    [InlineData("""{ "Port": 1, "Port": 2 }""", ".nuke/parameters.json: Port is given twice.")]
    [InlineData("""{ "Port": "x" }""", ".nuke/parameters.json: Port: 'x' is not a whole number")]
    [InlineData("""{ "Ports": [[1]] }""", ".nuke/parameters.json: Ports: an array of parameters holds plain values only.")]
    [InlineData("{\n  \"Port\": ,\n}", ".nuke/parameters.json, line 2, column 11:")]
    [InlineData("[]", ".nuke/parameters.json, line 1, column 1: a JSON object is expected.")]
    [InlineData("", ".nuke/parameters.json, line 1, column 1:")]
    public async Task A_wrong_file_is_refused_by_its_place(string text, string message)
    {
        _folder.Write(".nuke/parameters.json", text);
        var outcome = await _folder.Run("Values");
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain(message);
    }

    [Theory]
    [InlineData("app-password", null)]
    [InlineData("SuperuserPasword", ".nuke/parameters.json: SuperuserPasword is no parameter. Did you mean 'SuperuserPassword'?")]
    public async Task An_encrypted_value_may_be_the_builds_own_but_no_slip_in_a_secret_parameter(string name, string? message)
    {
        _folder.Write(".nuke/parameters.json", $$"""{ "{{name}}": "{{EncryptedValueTests.Encrypted}}" }""");
        var outcome = await _folder.Run("Values");
        outcome.ExitCode.ShouldBe(message is null ? 0 : 2, outcome.ToString());
        outcome.Error.ShouldContain(message ?? "");
    }
}

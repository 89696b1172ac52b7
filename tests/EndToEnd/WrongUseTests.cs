using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Tests.EndToEnd;

/// <summary>A wrong word, in the command, the profile or on the way to Nomad, ends the run with 2 before anything is made.</summary>
public sealed class WrongUseTests
{
    [Theory]
    [InlineData("Restor", "Restore")]
    [InlineData("Restore --backupset latest", "--backup-set")]
    [InlineData("Restore --backup-set", "value")]
    [InlineData("Restore", "backup-set")]
    [InlineData("Restore --target-tim x", "--target-time")]
    [InlineData("Discard", "--id")]
    [InlineData("PauseSchedules", "--reason")]
    [InlineData("Restore --backup-set latest --recovery-target lates", "latest")]
    [InlineData("Backup --backup-type ful", "full")]
    [InlineData("Status --output yaml", "json")]
    [InlineData("Status --profile lokal", "local")]
    [InlineData("Deploy Deplyo", "Deploy")]
    public async Task A_wrong_word_on_the_command_line(string command, string said)
    {
        await using var checkout = new Checkout();
        var outcome = await checkout.Run(2, command.Split(' '));
        outcome.Error.ShouldContain(said);
        outcome.Out.ShouldBeEmpty();
        NothingWasMade(checkout);
    }

    public static TheoryData<string, string, string> Settings => new()
    {
        { "postgres.prot", "5432", "port" },
        { "postgres.port", "\"five\"", "postgres.port" },
        { "postgres.port", "70000", "postgres.port" },
        { "postgres.version", "9", "postgres.version" },
        { "pgbackrest.schedules.full.cron", "\"61 * * * *\"", "pgbackrest.schedules.full.cron" },
        { "pgbackrest.repositories[0].type", "\"possix\"", "posix" },
        { "volumes.data.path", "\"relative/path\"", "volumes.data.path" },
        { "postgres.databases[0].password", "\"env:NOT_SET_ANYWHERE\"", "NOT_SET_ANYWHERE" },
        { "postgres.databases[0].password", "\"file:/does/not/exist\"", "/does/not/exist" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_wrong_setting(string path, string value, string said)
    {
        await using var checkout = new Checkout();
        checkout.Configure(p => Set(p, path, JsonNode.Parse(value)));
        var outcome = await checkout.Run(2, "Deploy");
        outcome.Error.ShouldContain(said);
        outcome.Error.ShouldContain(path, Case.Sensitive, "the path of the setting");
        Directory.Exists(Path.Combine(checkout.Path, "jobs")).ShouldBeFalse();
        checkout.Running.Where(p => !p.CommandLine.Contains(" agent -data-dir=", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task All_wrong_settings_are_told_at_once()
    {
        await using var checkout = new Checkout();
        checkout.Configure(p =>
        {
            Set(p, "postgres.port", -1);
            Set(p, "pgbackrest.schedules.incr.cron", "never");
            Set(p, "nomad.drivr", "exec");
        });
        var outcome = await checkout.Run(2, "Deploy");
        foreach (var path in new[] { "postgres.port", "pgbackrest.schedules.incr.cron", "nomad.drivr" })
            outcome.Error.ShouldContain(path);
    }

    // What real Nomad prints, word for word.
    [Theory]
    [InlineData("echo 'Nomad v0.9.1 (4b2bdbd9ab68a27b10c2ee781cceaaf62e114399)'", 2, "0.9.1 is too old")]
    [InlineData("echo 'Nomad v1.1.2 (60638a086ef9630e2a9ba1e237e8426192a44244)'; [ $1 = version ] || { echo 'Error querying node status: Unexpected response code: 403 (Permission denied)' >&2; exit 1; }", 2, "403")]
    [InlineData("echo 'Nomad v1.1.2 (60638a086ef9630e2a9ba1e237e8426192a44244)'; [ $1 = version ] || { echo 'Error querying node status: Get \"http://127.0.0.1:4646/v1/nodes\": dial tcp 127.0.0.1:4646: connect: connection refused' >&2; exit 1; }", 1, "Nomad does not answer")]
    [InlineData("echo 'hello'", 2, "did not tell a version")]
    public async Task A_nomad_that_does_not_serve(string script, int exitCode, string said)
    {
        await using var checkout = new Checkout();
        var nomad = Path.Combine(checkout.Path, "nomad");
        await File.WriteAllTextAsync(nomad, $"#!/bin/sh\n{script}\n", Wait.Token);
        File.SetUnixFileMode(nomad, (UnixFileMode)Convert.ToInt32("755", 8));
        var outcome = await checkout.Run(exitCode, "Deploy", "--nomad", nomad);
        outcome.Error.ShouldContain(said);
        outcome.Error.ShouldContain("state: nothing was changed");
        outcome.Error.ShouldContain("next:  ");
        Directory.Exists(Path.Combine(checkout.Path, "jobs")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_nomad_that_is_missing()
    {
        await using var checkout = new Checkout();
        var outcome = await checkout.Run(2, "Deploy", "--nomad", "/does/not/exist/nomad");
        outcome.Error.ShouldContain("/does/not/exist/nomad");
        outcome.Error.ShouldContain("--nomad");
    }

    /// <summary>The build has a nomad next to its own program, the stand-in's; .NET would start that one.</summary>
    [Fact]
    public async Task The_nomad_on_the_path_is_the_one_that_is_called()
    {
        await using var checkout = new Checkout();
        var first = Stub(Directory.CreateDirectory(Path.Combine(checkout.Path, "first")).FullName, "first");
        Stub(checkout.Path, "current folder");
        checkout.Variables["PATH"] = $"{first}:{Environment.GetEnvironmentVariable("PATH")}";
        var outcome = await checkout.Run(1, "Status", "--profile", "example");
        outcome.Error.ShouldContain("this is the nomad of first");
    }

    private static string Stub(string folder, string name)
    {
        var file = Path.Combine(folder, "nomad");
        File.WriteAllText(file, $"#!/bin/sh\necho 'this is the nomad of {name}'\n");
        File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32("755", 8));
        return folder;
    }

    private static void NothingWasMade(Checkout checkout)
    {
        Directory.Exists(checkout.Sandbox).ShouldBeFalse();
        Directory.Exists(Path.Combine(checkout.Path, "jobs")).ShouldBeFalse();
        checkout.Running.ShouldBeEmpty();
    }

    private static void Set(JsonObject profile, string path, JsonNode? value)
    {
        var names = path.Split('.', '[');
        JsonNode at = profile;
        foreach (var name in names[..^1])
            at = name.EndsWith(']') ? at[int.Parse(name[..^1])]! : at[name] ??= new JsonObject();
        at[names[^1]] = value;
    }
}

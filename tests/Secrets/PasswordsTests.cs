using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Nomad;
using Runbook.Output;
using Runbook.Run;
using Runbook.Secrets;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Tests.Output;
using Tests.Steps;
using Xunit;

namespace Tests.Secrets;

public class PasswordsTests
{
    private readonly FakeNomad _nomad = new();
    private readonly FakePerson _person = new();
    private readonly RecordingListener _listener = new();

    private static readonly ClusterSettings Settings = Given.Settings with
    {
        Postgres = new()
        {
            Version = 15,
            Databases =
            [
                new() { Name = "app", Password = Reference("env:APP") }, new() { Name = "shop", Password = Reference("{{ with secret \"kv/shop\" }}{{ .Data.p }}{{ end }}") },
                new() { Name = "late" }, new() { Name = "reports", User = "app", CreateUser = false },
            ],
        },
    };

    public PasswordsTests() => _nomad.OnExec = script =>
    {
        script.ShouldEndWith("\noperate \"$@\"\n\n# passwords|");
        return (0, $"{Line("postgres", "Zsuper")}{Line("app", "Z <&> ß")}{Line("shop", "Zstale")}{Line("gone", "Zold")}", "");
    };

    [Fact]
    public async Task A_person_is_asked_and_sees_them_in_columns()
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        _person.Types("yes");
        (await ReadAsync(yes: false, OutputFormat.Text)).ShouldBe("""
            role      password                                   from
            postgres  Zsuper                                     generated
            app       Z <&> ß                                    env:APP
            shop      (rendered by Nomad, not kept on the node)  {{ with secret "kv/shop" }}{{ .Data.p }}{{ end }}
            late      (not on the node yet: ./build.sh Deploy)   generated
            """);
        _person.Asked.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_program_reads_JSON_and_nobody_is_asked()
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        using var json = JsonDocument.Parse(await ReadAsync(yes: false, OutputFormat.Json));
        json.RootElement.EnumerateArray().Select(r => (r.GetProperty("role").GetString(), r.GetProperty("password").GetString(), r.GetProperty("from").GetString()![..3]))
            .ShouldBe([("postgres", "Zsuper", "gen"), ("app", "Z <&> ß", "env"), ("shop", null, "{{ "), ("late", null, "gen")]);
    }

    [Theory]
    [InlineData(false, ""), InlineData(true, "no")]
    public async Task Without_a_yes_nothing_is_even_fetched(bool canType, string answer)
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        if (canType)
            _person.Types(answer);
        (await Should.ThrowAsync<RunbookException>(() => ReadAsync(yes: false, OutputFormat.Text))).Code.ShouldBe(ExitCode.Refused);
        _nomad.Asked.ShouldNotContain(a => a.Contains("alloc exec"));
    }

    [Fact]
    public async Task With_no_server_nobody_is_asked_and_no_job_is_dispatched()
    {
        var error = await Should.ThrowAsync<RunbookException>(() => ReadAsync(yes: true, OutputFormat.Text));
        (error.Code, error.Next).ShouldBe((ExitCode.Refused, "./build.sh Status"));
        _nomad.Asked.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_failure_tells_nothing_of_what_had_come_already()
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.OnExec = _ => (1, Line("postgres", "Zsuper"), "");
        var error = await Should.ThrowAsync<RunbookException>(() => ReadAsync(yes: true, OutputFormat.Text));
        error.Code.ShouldBe(ExitCode.Failed);
        error.ToString().ShouldNotContain(Convert.ToBase64String("Zsuper"u8));
        _nomad.Asked.ShouldNotContain(a => a.Contains("dispatch"));
        _listener.Said.ShouldBeEmpty();
    }

    private Task<string> ReadAsync(bool yes, OutputFormat format)
    {
        var session = new Session(
            Settings, Tests.Settings.Repository.PathOf(), "test", new NomadCommands("nomad"), _nomad, _listener, new FakeTimeProvider());
        return Passwords.ReadAsync(session, _person, yes, format, TestContext.Current.CancellationToken);
    }

    private static string Line(string role, string password) =>
        $"fact password {Convert.ToBase64String(Encoding.UTF8.GetBytes(role))} {Convert.ToBase64String(Encoding.UTF8.GetBytes(password))}\n";

    private static SecretReference Reference(string text)
    {
        SecretReference.Parse(text, out var reference).ShouldBeNull();
        return reference!;
    }
}

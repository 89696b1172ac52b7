using Runbook;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

public class VersionGuardTests
{
    private const string Variable = "{{ with nomadVar \"nomad/jobs\" }}{{ .key }}{{ end }}";

    [Fact]
    public void A_variable_on_servers_that_have_none_is_refused_with_setting_version_and_remedy()
    {
        var settings = With(Variable) with { Pgbackrest = S3(Variable) };
        var refused = Should.Throw<RunbookException>(() => VersionGuards.RequireVariables(settings, [Server("1.1.2")], [Node("1.1.2")]));
        refused.Code.ShouldBe(ExitCode.Refused);
        refused.Message.ShouldBe(
            "postgres.superuserPassword, pgbackrest.repositories[0].s3.keySecret are read from a Nomad variable, which came with Nomad 1.4; "
            + "server s1.global runs Nomad 1.1.2, node db-1 runs Nomad 1.1.2");
        refused.Next.ShouldContain("upgrade Nomad to 1.4 or newer; or say env:NAME, file:/path");
    }

    [Theory]
    [InlineData("1.3.16", "1.4.0"), InlineData("2.0.5", "1.3.0")]
    public void The_oldest_server_and_the_node_decide(string server, string node) =>
        Should.Throw<RunbookException>(() => VersionGuards.RequireVariables(With(Variable), [Server("2.0.5"), Server(server)], [Node(node)]));

    [Theory]
    [InlineData("{{ key \"a\" }}"), InlineData("{{ with secret \"kv/x\" }}{{ .Data.x }}{{ end }}"), InlineData("env:NAME"), InlineData("")]
    public void Other_secrets_need_no_version(string reference) =>
        VersionGuards.RequireVariables(With(reference), [Server("1.1.2")], [Node("1.1.2")]);

    [Fact]
    public void Servers_that_are_gone_or_of_another_region_or_tell_nothing_do_not_count()
    {
        var settings = With(Variable) with { Nomad = Given.Settings.Nomad with { Region = "global" } };
        VersionGuards.RequireVariables(
            settings,
            [Server("1.4.0"), Server("1.1.2") with { Alive = false }, Server("1.1.2") with { Region = "eu" }, Server("1.1.2") with { Version = null }],
            [Node("1.4.0") with { Version = null }]);
    }

    [Theory]
    [InlineData("1.11.3", "1.11.2", true), InlineData("2.0.2", "1.4.14", true)]
    [InlineData("2.0.3", "1.4.14", false), InlineData("1.11.2", "1.1.2", false), InlineData("2.0.2", "1.11.3", false), InlineData("1.1.2", "2.0.2", false)]
    public void A_cli_that_cannot_dispatch_on_older_servers_is_warned_of(string cli, string server, bool warned) =>
        VersionGuards.Warnings(Given.Settings, Version.Parse(cli), [Server("2.0.5"), Server(server)])
            .Any(w => w.Contains($"the nomad command is {cli}, the oldest server {server}", StringComparison.Ordinal)).ShouldBe(warned);

    [Fact]
    public void Nothing_is_said_of_servers_that_tell_nothing() => VersionGuards.Warnings(Given.Settings, new Version(2, 0, 1), []).ShouldBeEmpty();

    private static NomadServer Server(string version) => new("s1.global", "global", Alive: true, Version.Parse(version));

    private static NomadNode Node(string version) => new("1", "db-1", "dc1", "ready", Eligible: true, ["exec"], []) { Version = Version.Parse(version) };

    private static SecretReference Reference(string text)
    {
        SecretReference.Parse(text, out var reference).ShouldBeNull();
        return reference!;
    }

    private static ClusterSettings With(string reference) => Given.Settings with
    {
        Postgres = Given.Settings.Postgres with { SuperuserPassword = Reference(reference) },
    };

    private static PgbackrestSettings S3(string keySecret) => Given.Settings.Pgbackrest with
    {
        Repositories =
        [
            new()
            {
                Type = RepositoryType.S3,
                S3 = new() { Endpoint = "s3.example.com", Bucket = "b", Region = "r", Key = Reference("env:KEY"), KeySecret = Reference(keySecret) },
            },
        ],
    };
}

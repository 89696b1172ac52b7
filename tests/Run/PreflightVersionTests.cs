using Runbook;
using Runbook.Nomad;
using Runbook.Run;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Tests.Steps;
using Xunit;

namespace Tests.Run;

/// <summary>The versions that Nomad tells, put together from three of its answers.</summary>
public class PreflightVersionTests
{
    private readonly RecordingListener _listener = new();

    [Fact]
    public async Task A_secret_in_a_variable_is_refused_before_anything_is_submitted()
    {
        var gate = Nomad("1.4.14", "1.1.2", "1.4.14");
        var refused = await Should.ThrowAsync<RunbookException>(CheckAsync(gate, "{{ with nomadVar \"nomad/jobs\" }}{{ .key }}{{ end }}"));
        refused.Code.ShouldBe(ExitCode.Refused);
        refused.Message.ShouldContain("postgres.superuserPassword is read from a Nomad variable, which came with Nomad 1.4; server db-1.global runs Nomad 1.1.2");
        gate.Asked.ShouldAllBe(i => i.Arguments[0] == "version" || i.Arguments[0] == "node" || i.Arguments[0] == "server");
    }

    [Fact]
    public async Task Servers_that_have_variables_pass_and_a_pair_that_cannot_dispatch_is_warned_of()
    {
        await CheckAsync(Nomad("2.0.2", "1.4.14", "1.4.14"), "{{ with nomadVar \"nomad/jobs\" }}{{ .key }}{{ end }}");
        _listener.Said.ShouldHaveSingleItem().ShouldStartWith("warn the nomad command is 2.0.2, the oldest server 1.4.14: ");
    }

    [Fact]
    public async Task A_token_that_may_not_list_the_servers_is_enough()
    {
        await CheckAsync(Nomad("1.4.14", "", "1.4.14"), "");
        _listener.Said.ShouldBeEmpty();
    }

    private Task CheckAsync(FakeGate gate, string superuserPassword)
    {
        SecretReference.Parse(superuserPassword, out var reference).ShouldBeNull();
        var settings = Given.Settings with
        {
            Nomad = new() { Datacenter = "dc1", Driver = TaskDriver.RawExec },
            Postgres = Given.Settings.Postgres with { SuperuserPassword = reference! },
        };
        return Preflight.CheckAsync(settings, new NomadClient(new NomadCommands("nomad"), gate), _listener, TestContext.Current.CancellationToken);
    }

    private static FakeGate Nomad(string cli, string server, string node) => new(asked => asked.Arguments switch
    {
        ["version"] => (0, $"Nomad v{cli}\n", ""),
        ["server", "members"] when server.Length == 0 => (1, "", "Error querying servers: Unexpected response code: 403 (Permission denied)"),
        ["server", "members"] => (0, $"Name         Address    Port  Status  Leader  Protocol  Build   Datacenter  Region\ndb-1.global  127.0.0.1  4648  alive   true    2         {server,-6}  dc1         global\n", ""),
        ["node", "status", "-json"] => (0, """[{"ID":"n","Name":"db-1","Datacenter":"dc1"}]""", ""),
        _ => (0, $$$"""
            {"ID":"n","Name":"db-1","Datacenter":"dc1","Status":"ready","SchedulingEligibility":"eligible",
             "Attributes":{"nomad.version":"{{{node}}}"},"Drivers":{"raw_exec":{"Healthy":true}},"HostVolumes":null}
            """, ""),
    });
}

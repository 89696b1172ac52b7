using Runbook.Nomad;
using Runbook.Run;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Tests.Steps;
using Xunit;

namespace Tests.Run;

/// <summary>The executable reads a jobspec before any server does: both must know its words.</summary>
public class SessionVersionTests
{
    [Theory]
    [InlineData("1.6.10", "2.0.5", "max_client_disconnect = "), InlineData("2.0.5", "1.6.10", "max_client_disconnect = "), InlineData("1.8.4", "2.0.5", "disconnect {")]
    [InlineData("1.6.10", "", "max_client_disconnect = "), InlineData("", "1.6.10", "max_client_disconnect = "), InlineData("", "", "disconnect {")]
    public async Task Jobs_are_rendered_for_the_older_of_the_executable_and_the_servers(string cli, string server, string block)
    {
        var gate = new FakeGate(asked => asked.Arguments switch
        {
            ["version"] when cli.Length > 0 => (0, $"Nomad v{cli}\n", ""),
            ["server", "members"] when server.Length > 0 =>
                (0, $"Name         Address    Port  Status  Leader  Protocol  Build   Datacenter  Region\ndb-1.global  127.0.0.1  4648  alive   true    2         {server,-6}  dc1         global\n", ""),
            _ => (1, "", "Unexpected response code: 403 (Permission denied)"),
        });
        var session = new Session(Given.Settings, Settings.Repository.PathOf(), "test", new NomadCommands("nomad"), gate, new RecordingListener(), TimeProvider.System);
        (await session.JobsAsync(TestContext.Current.CancellationToken))[0].Text.ShouldContain(block);
    }
}

using Microsoft.Extensions.Time.Testing;
using Runbook.Nomad;
using Runbook.Run;
using Runbook.Status;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Tests.Steps;
using Xunit;

namespace Tests.Status;

public class LogsTests
{
    private const string End = "(postgres: Terminated 2026-11-22 12:00:00Z, Exit Code: 137)";

    [Theory]
    [InlineData(false, "the newest line", End)]
    [InlineData(true, $"{End}; it was started again since", "the newest line")]
    public async Task An_end_stands_below_the_lines_of_its_own_run_alone(bool startedAgain, string first, string second)
    {
        var nomad = new FakeNomad { Logs = { [true] = "the newest line\n" } };
        var again = new NomadTaskEvent("Started", Given.Noon.AddSeconds(15), 0, 0, false, "Task started by client");
        nomad.Set(Given.Allocation("postgres", "running", startedAgain ? [Given.Ended(137), again] : [Given.Ended(137)]));
        (await LogsAsync(nomad)).ShouldBe([first, second]);
    }

    [Theory]
    [InlineData("postgres", "connect-proxy-postgres", "postgres")]
    [InlineData("postgres-init", "connect-proxy-postgres", "init")]
    [InlineData("connect-proxy-postgres", "", "connect-proxy-postgres")]
    public async Task The_proxy_of_the_mesh_is_not_the_one_to_listen_to(string expected, string proxy, string own)
    {
        var nomad = new FakeNomad { Logs = { [false] = "a line\n" } };
        var allocation = Given.Allocation("postgres", "running");
        nomad.Set(allocation with { Tasks = [.. new[] { proxy, own }.Where(n => n.Length > 0).Select(n => new NomadTask(n == "init" ? "postgres-init" : n, "running", false, [Given.Ended(n == proxy ? 1 : 137)]))] });
        (await LogsAsync(nomad))[^1].ShouldBe(End);
        nomad.Asked.Where(a => a.StartsWith("nomad alloc logs", StringComparison.Ordinal)).ShouldAllBe(a => a.EndsWith($" {expected}", StringComparison.Ordinal));
    }

    private static async Task<List<string>> LogsAsync(FakeNomad nomad)
    {
        var session = new Session(
            Given.Settings, Settings.Repository.PathOf(), "test", new NomadCommands("nomad"), nomad, new RecordingListener(), new FakeTimeProvider());
        var said = new List<string>();

        await Look.LogsAsync(session, "", follow: false, said.Add, TestContext.Current.CancellationToken);
        return said;
    }
}

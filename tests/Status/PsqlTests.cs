using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Nomad;
using Runbook.Run;
using Runbook.Status;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Tests.Steps;
using Xunit;

namespace Tests.Status;

public class PsqlTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeNomad _nomad = new();
    private readonly List<string> _said = [];

    [Theory]
    [InlineData("", "postgres", "/var/run/postgresql")]
    [InlineData("fact restore.id r1\nfact restore.phase paused\n", "restore", "/var/run/postgresql/restore")]
    [InlineData("fact restore.id r1\nfact restore.phase copying\n", "postgres", "/var/run/postgresql")]
    public async Task It_opens_the_copy_while_a_restore_is_paused_and_says_so(string facts, string task, string socket)
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        if (facts.Length > 0)
            _nomad.Set(Given.Allocation(Given.RestoreChild, "running"));
        _nomad.OnExec = _ => (0, facts, "");

        await RunAsync();

        _nomad.Asked[^1].ShouldContain($"-task {task} ");
        _nomad.Asked[^1].ShouldContain($" /usr/lib/postgresql/15/bin {socket} 5432 ");
        _nomad.Asked[^1].ShouldEndWith(" 'select '\\''1'\\''; \"$(x)\"'");
        _said.Count.ShouldBe(task == "restore" ? 1 : 0);
    }

    [Fact]
    public async Task With_no_server_at_all_it_is_refused()
    {
        _nomad.Set(Given.Allocation(Given.RestoreChild, "running"));
        _nomad.OnExec = _ => (0, "fact restore.id r1\nfact restore.phase copying\n", "");
        (await Should.ThrowAsync<RunbookException>(RunAsync())).Code.ShouldBe(ExitCode.Refused);
    }

    private Task RunAsync()
    {
        var session = new Session(
            Given.Settings, Settings.Repository.PathOf(), "test", new NomadCommands("nomad"), _nomad, new RecordingListener(), _time);
        return _time.PassAsync(Look.PsqlAsync(session, "select '1'; \"$(x)\"", terminal: false, _said.Add, TestContext.Current.CancellationToken));
    }
}

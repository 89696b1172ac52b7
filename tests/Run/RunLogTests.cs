using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Run;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Tests.Steps;
using Xunit;

namespace Tests.Run;

public sealed class RunLogTests : IDisposable
{
    private const string Job = "postgres-history";

    private readonly string _folder = Directory.CreateTempSubdirectory("runs-").FullName;
    private readonly FakeNomad _nomad = new() { JobId = Job };
    private readonly FakeTimeProvider _time = new(Given.Noon);
    private readonly List<string> _warnings = [];
    private readonly HistoryJob _history;

    public RunLogTests() => _history = new HistoryJob(_nomad.Client, entries => JsonSerializer.Serialize(entries), Job);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_run_leaves_a_file_and_a_line_in_Nomad()
    {
        var log = Begin(Files);
        Files.Read().ShouldHaveSingleItem().Record.End.ShouldBeNull();
        log.Of("main");
        log.Listen(new RecordingListener()).TookOver(new LockHolder("bob@lap", "", "", "Backup", Given.Noon.AddHours(-1), "dead", Given.Noon));
        _time.Advance(TimeSpan.FromSeconds(30));
        await log.EndAsync(3, "no", _history);

        var record = Files.Read().ShouldHaveSingleItem().Record;
        (record.Cluster, record.End!.Outcome).ShouldBe(("main", "refused"));
        (await _history.ReadAsync(Token)).Select(e => (e.Target, e.Outcome, e.Seconds)).ShouldBe([("Backup", "killed", null), ("Restore", "refused", 30)]);
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_word_is_nothing_that_was_done_to_a_cluster()
    {
        await Begin(Files).EndAsync(2, "which set?", _history);
        Files.Read().ShouldHaveSingleItem().Record.End!.Outcome.ShouldBe("wrong use");
        _nomad.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_Nomad_that_does_not_answer_is_a_warning()
    {
        _nomad.Away = "connection refused";
        await Begin(Files).EndAsync(0, "", _history);
        _warnings.ShouldHaveSingleItem().ShouldContain("its record is on this machine: " + Files.Read()[0].Path);
    }

    [Fact]
    public async Task A_Nomad_that_hangs_is_waited_for_no_longer_than_a_record_is_worth()
    {
        var history = new HistoryJob(new NomadClient(new NomadCommands("nomad"), new HangingGate()), _ => "", Job);
        var ending = Begin(Files).EndAsync(0, "", history);
        _time.Advance(TimeSpan.FromSeconds(14));
        ending.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(2));
        await ending;
        _warnings.ShouldHaveSingleItem().ShouldContain("Nomad did not answer in time");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_warning_and_Nomad_is_told_all_the_same()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", Token);
        var log = Begin(new RunFiles(Path.Combine(file, "runs")));
        log.Of("main");
        await log.EndAsync(0, "", _history);
        _warnings.ShouldHaveSingleItem().ShouldStartWith("warning: the record of this run cannot be written");
        (await _history.ReadAsync(Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task One_that_only_looks_leaves_a_summary_alone()
    {
        var log = Begin(files: null);
        log.Of("main");
        await log.EndAsync(0, "", _history);
        var summary = Path.Combine(_folder, "summary.md");
        log.Summarise(summary, "all is well", "");
        log.Summarise(summary, "all is well", "");
        (await File.ReadAllTextAsync(summary, Token)).Split("### Restore of profile production: done").Length.ShouldBe(3);
        Files.Read().ShouldBeEmpty();
        _nomad.Asked.ShouldBeEmpty();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunFiles Files => new(Path.Combine(_folder, "runs"));

    private RunLog Begin(RunFiles? files)
    {
        var log = new RunLog(files, GivenRecord.Begun, _warnings.Add, _time);
        log.Begin();
        return log;
    }

    private sealed class HangingGate : IProcessGate
    {
        public async Task<Outcome> RunAsync(Invocation invocation, Action<string>? onOutputLine, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("it hangs for ever");
        }
    }
}

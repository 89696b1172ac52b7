using System.Text.Json;
using Runbook;
using Runbook.Run;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Xunit;

namespace Tests.Run;

public class HistoryJobTests
{
    private const string Job = "postgres-history";

    private readonly FakeNomad _nomad = new() { JobId = Job };
    private readonly HistoryJob _history;

    public HistoryJobTests() => _history = new HistoryJob(_nomad.Client, entries => JsonSerializer.Serialize(entries), Job);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_added_is_read_back_oldest_first()
    {
        var second = Entry(2) with
        {
            Arguments = "--target-time '2026-11-22 11:00:00Z'", Via = "https://ci/1", Seconds = 12.5, ExitCode = 0, Commit = "abc", Profile = "production",
        };
        await _history.AddAsync([second], Token);
        await _history.AddAsync([Entry(1) with { Outcome = "refused", ExitCode = 3, Error = "no \"set\"\nstate: as before" }], Token);
        var read = await _history.ReadAsync(Token);
        read.Select(e => e.Id).ShouldBe([Entry(1).Id, second.Id]);
        read[1].ShouldBe(second);
        read[0].Error.ShouldBe("no \"set\"\nstate: as before");
    }

    [Fact]
    public async Task Nothing_was_done_where_there_is_no_job() => (await _history.ReadAsync(Token)).ShouldBeEmpty();

    [Fact]
    public async Task Only_the_last_ones_are_kept()
    {
        await _history.AddAsync([.. Enumerable.Range(0, HistoryJob.Kept + 3).Select(Entry)], Token);
        await _history.AddAsync([Entry(99)], Token);
        (await _history.ReadAsync(Token)).Select(e => e.Id).ShouldBe([.. Enumerable.Range(4, HistoryJob.Kept - 1).Select(n => Entry(n).Id), Entry(99).Id]);
    }

    [Fact]
    public async Task A_run_that_is_known_is_brought_up_to_date()
    {
        await _history.AddAsync([Entry(1) with { Outcome = "killed" }, Entry(2)], Token);
        await _history.AddAsync([Entry(1)], Token);
        (await _history.ReadAsync(Token)).Select(e => e.Outcome).ShouldBe(["done", "done"]);
    }

    [Fact]
    public async Task What_another_run_writes_meanwhile_stays()
    {
        await _history.AddAsync([Entry(1)], Token);
        _nomad.OnRun = () =>
        {
            _nomad.OnRun = () => { };
            _nomad.Has(Job, new[] { Entry(1), Entry(2) }.ToDictionary(e => e.Key, e => e.ToMeta()));
        };
        await _history.AddAsync([Entry(3)], Token);
        (await _history.ReadAsync(Token)).Length.ShouldBe(3);
    }

    [Fact]
    public async Task It_gives_up_where_others_write_all_the_time()
    {
        var others = 0;
        _nomad.OnRun = () => _nomad.Has(Job, new Dictionary<string, string> { ["other"] = $"{++others}" });
        (await Should.ThrowAsync<RunbookException>(_history.AddAsync([Entry(1)], Token))).Code.ShouldBe(ExitCode.Refused);
        others.ShouldBe(5);
    }

    [Fact]
    public async Task What_is_no_run_or_cannot_be_read_is_passed_over()
    {
        _nomad.Has(Job, new Dictionary<string, string> { ["cluster"] = "postgres", ["run_1"] = "{", ["run_2"] = "[]", [Entry(1).Key] = Entry(1).ToMeta() });
        (await _history.ReadAsync(Token)).ShouldHaveSingleItem().ShouldBe(Entry(1));
    }

    [Fact]
    public void Long_texts_are_cut_for_Nomad()
    {
        var entry = Entry(1) with { Error = new string('x', 10_000), Arguments = new string('y', 10_000) };
        entry.ToMeta().Length.ShouldBeLessThan(1_000);
        HistoryEntry.Parse(entry.Key, entry.ToMeta())!.Error.ShouldEndWith("x…");
    }

    [Fact]
    public async Task Closed_it_can_still_be_read_until_Nomad_forgets_it_and_be_opened_again()
    {
        await _history.AddAsync([Entry(1)], Token);
        await _history.CloseAsync(Token);
        _nomad.Jobs[Job].Stopped.ShouldBeTrue();
        await _history.AddAsync([Entry(2)], Token);
        (await _history.ReadAsync(Token)).Length.ShouldBe(2);
        _nomad.Jobs[Job].Stopped.ShouldBeFalse();
    }

    private static HistoryEntry Entry(int n) => new($"{n:d4}{new string('a', 28)}", "Deploy", "ann@desk", Given.Noon.AddSeconds(n), "done");
}

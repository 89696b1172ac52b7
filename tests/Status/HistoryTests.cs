using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Run;
using Runbook.Status;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Tests.Run;
using Tests.Steps;
using Xunit;

namespace Tests.Status;

public sealed class HistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("runs-").FullName;
    private readonly FakeNomad _nomad = new();
    private readonly List<string> _said = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RunFiles Files => new(_folder);

    [Fact]
    public async Task What_others_did_stands_beside_what_this_machine_did()
    {
        var mine = Files.Begin(GivenRecord.Begun);
        Has(Entry("theirs", "done", 0), Entry(GivenRecord.Begun.Id, "failed", 1));
        var runs = await ReadAsync();
        runs.Select(r => (r.Entry.Id, r.Entry.Outcome, r.File)).ShouldBe([(GivenRecord.Begun.Id, "failed", mine), ("theirs", "done", null)], ignoreOrder: true);
    }

    [Fact]
    public async Task What_this_machine_knows_better_is_not_overwritten()
    {
        Files.Begin(GivenRecord.Begun);
        Has(Entry(GivenRecord.Begun.Id, "killed", null));
        (await ReadAsync()).ShouldHaveSingleItem().Entry.Arguments.ShouldBe("--recovery-target latest");
    }

    [Fact]
    public async Task Who_holds_the_cluster_is_at_work_or_was_killed()
    {
        var holder = new LockHolder("bob@lap", "1:1", LocalProcess.Boot, "Backup", Given.Noon, "run", Given.Noon);
        _nomad.Has("postgres-lock", holder.ToMeta());
        (await ReadAsync()).ShouldHaveSingleItem().Entry.ShouldBe(new HistoryEntry("run", "Backup", "bob@lap", Given.Noon, "killed"));
        _nomad.Has("postgres-lock", (holder with { Process = LocalProcess.Self }).ToMeta());
        (await ReadAsync()).ShouldHaveSingleItem().Entry.Outcome.ShouldBe("running");
        Has(Entry("run", "done", 0));
        (await ReadAsync()).ShouldHaveSingleItem().Entry.Outcome.ShouldBe("done");
    }

    [Fact]
    public async Task Another_cluster_or_profile_is_another_history()
    {
        Files.Begin(GivenRecord.Begun with { Cluster = "other" });
        Files.Begin(GivenRecord.Begun with { Profile = "test" });
        (await ReadAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_Nomad_there_is_what_this_machine_did_and_that_is_said()
    {
        Files.Begin(GivenRecord.Begun);
        _nomad.Away = "connection refused";
        (await ReadAsync()).ShouldHaveSingleItem();
        _said.ShouldHaveSingleItem().ShouldStartWith("warning: only what this machine did is shown: Nomad does not answer");
        (await History.ReadAsync(null, Given.Settings, "production", Files, _said.Add, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
    }

    private static HistoryEntry Entry(string id, string outcome, int? code) => new(id, "Restore", "ann@desk", Given.Noon, outcome) { ExitCode = code };

    private void Has(params HistoryEntry[] entries) =>
        _nomad.Has("postgres-history", entries.Select((e, i) => (Key: $"run_{i}", e)).ToDictionary(e => e.Key, e => e.e.ToMeta()));

    private Task<IReadOnlyList<(HistoryEntry Entry, string? File)>> ReadAsync()
    {
        var session = new Session(
            Given.Settings, Settings.Repository.PathOf(), "production", new NomadCommands("nomad"), _nomad, new RecordingListener(), TimeProvider.System);
        return History.ReadAsync(session, Given.Settings, "production", Files, _said.Add, TestContext.Current.CancellationToken);
    }
}

using Microsoft.Extensions.Time.Testing;
using Runbook.Cluster;
using Runbook.Run;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Tests.Steps;
using Xunit;

namespace Tests.Run;

public class RunRecorderTests
{
    private readonly FakeTimeProvider _time = new(Given.Noon);
    private readonly RecordingListener _inner = new();
    private readonly RunRecorder _recorder;

    public RunRecorderTests() => _recorder = new RunRecorder(_inner, GivenRecord.Begun, _time);

    [Fact]
    public void It_remembers_plans_and_when_each_step_was()
    {
        Carry(new ProcedurePlan("Restore: before the node can be asked", [new CreateStanza()], []), 1);
        Carry(new ProcedurePlan("Restore", [new ArchiveWal(), new DeliverSecrets(), new FinishRestore("1")], ["from the set of noon"]), 1);
        _recorder.StepStarted(new DeliverSecrets(), 2, 3);

        var plans = _recorder.Record.Plans;
        plans.Select(p => p.Procedure).ShouldBe(["Restore: before the node can be asked", "Restore"]);
        plans[1].Notes.ShouldBe(["from the set of noon"]);
        plans[1].Steps.ShouldBe(
        [
            new StepRecord("archive the remaining WAL", Given.Noon.AddSeconds(2), 2),
            new StepRecord("deliver the secrets to the node", Given.Noon.AddSeconds(4)),
            new StepRecord("finish restore 1"),
        ]);
    }

    [Fact]
    public void What_it_hears_is_passed_on()
    {
        Carry(new ProcedurePlan("Deploy", [new CreateStanza()], []), 1);
        _recorder.Copied(new CopyProgress("file", 5));
        _recorder.Replayed(new ReplayProgress("0/1", "", ""));
        _recorder.Note("a note");
        _recorder.Warn("careful");
        _recorder.Seen("nomad", "1.1.2");
        var dead = new LockHolder("bob@lap", "", "", "Backup", Given.Noon, "run", Given.Noon);
        _recorder.TookOver(dead);

        _inner.Said.ShouldBe(["plan Deploy", "step 1/1 create the stanza and check that WAL is archived", "done create the stanza and check that WAL is archived", "copied 5", "replayed 0/1", "note a note", "warn careful"]);
        _inner.Dead.ShouldBe([dead]);
        _recorder.Record.Warnings.ShouldBe(["careful"]);
        _recorder.Record.Versions.ShouldBe(new Dictionary<string, string> { [".net"] = "10.0", ["nomad"] = "1.1.2" }, ignoreOrder: true);
        _recorder.Killed("production").ShouldHaveSingleItem().ShouldBe(new HistoryEntry("run", "Backup", "bob@lap", Given.Noon, "killed") { Profile = "production" });
    }

    [Fact]
    public void A_dry_run_is_known_as_one()
    {
        _recorder.IsDryRun.ShouldBeFalse();
        _recorder.Planned(new ProcedurePlan("Deploy", [], []), dryRun: true);
        _recorder.IsDryRun.ShouldBeTrue();
    }

    // Steps take two seconds each.
    private void Carry(ProcedurePlan plan, int steps)
    {
        _recorder.Planned(plan, dryRun: false);
        for (var i = 0; i < steps; i++)
        {
            _recorder.StepStarted(plan.Steps[i], i + 1, plan.Steps.Count);
            _time.Advance(TimeSpan.FromSeconds(2));
            _recorder.StepDone(plan.Steps[i], TimeSpan.FromSeconds(2));
        }
    }
}

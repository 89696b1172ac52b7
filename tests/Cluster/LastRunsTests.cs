using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Wal;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

public class LastRunsTests
{
    private const string Job = "pgbackrest-incr";
    private static readonly long Due = Given.Noon.ToUnixTimeSeconds();

    [Fact]
    public void The_data_volume_remembers_longer_than_Nomad()
    {
        var run = new ScheduledRun(Given.Noon, RunResult.Failed) { ExitCode = 56, StartedAt = Given.Noon.AddSeconds(2), EndedAt = Given.Noon.AddSeconds(9) };
        Of(run).ShouldBe(run);
        Of(null).ShouldBeNull();
    }

    [Theory]
    [InlineData(RunResult.Running), InlineData(RunResult.Waiting)]
    public void One_that_never_said_how_it_ended_is_at_work_or_was_killed(RunResult said)
    {
        var run = new ScheduledRun(Given.Noon, said) { StartedAt = Given.Noon };
        Of(run, Given.Allocation($"{Job}/periodic-{Due}", "running"))!.Result.ShouldBe(said);
        Of(run)!.Result.ShouldBe(RunResult.Interrupted);
        Of(run, Given.Allocation($"{Job}/periodic-{Due}", "complete"))!.Result.ShouldBe(RunResult.Interrupted);
        // Another run of the same schedule does not speak for it.
        Of(run, Given.Allocation($"{Job}/periodic-{Due - 60}", "running"))!.Result.ShouldBe(RunResult.Interrupted);
    }

    [Theory]
    [InlineData("pending", RunResult.Pending), InlineData("running", RunResult.Running), InlineData("failed", RunResult.Failed)]
    public void One_that_Nomad_launched_later_and_that_has_written_nothing_is_the_last(string status, RunResult result) =>
        Of(new ScheduledRun(Given.Noon.AddDays(-1), RunResult.Done) { EndedAt = Given.Noon }, Given.Allocation($"{Job}/periodic-{Due}", status))
            .ShouldBe(new ScheduledRun(Given.Noon, result));

    [Fact]
    public void One_that_no_node_takes_waits_for_one()
    {
        var facts = Given.Running with
        {
            ScheduledRuns = [new JobRow($"{Job}/periodic-{Due}", "pending", Stopped: false), new JobRow($"{Job}/periodic-{Due - 60}", "dead", Stopped: false)],
        };
        LastRuns.Of(facts, Job, BackupType.Incr).ShouldBe(new ScheduledRun(Given.Noon, RunResult.Pending));
    }

    private static ScheduledRun? Of(ScheduledRun? kept, params NomadAllocation[] allocations)
    {
        var facts = Given.With(n => n with { Runs = kept is null ? n.Runs : ImmutableDictionary<BackupType, ScheduledRun>.Empty.Add(BackupType.Incr, kept) });
        return LastRuns.Of(facts with { Allocations = [.. facts.Allocations, .. allocations] }, Job, BackupType.Incr);
    }
}

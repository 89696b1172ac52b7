using Microsoft.Extensions.Time.Testing;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Run;
using Runbook.Steps;
using Tests.Cluster;
using Tests.Output;
using Tests.Restore;
using Xunit;

namespace Tests.Run;

public sealed class RunReportTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Given.Noon);
    private readonly StringWriter _written = new();

    public void Dispose() => _written.Dispose();

    private static ProcedurePlan Restore { get; } = GivenRestore.Make(
        Given.Running, new RestoreRequest("latest", RecoveryTarget.Immediate)).Procedure;

    [Theory]
    [InlineData("dry-run", false), InlineData("dry-run-quiet", true)]
    public void A_dry_run_shows_the_plan(string name, bool quiet)
    {
        Report(screen: false, quiet).Planned(Restore, dryRun: true);
        _written.ToString().ShouldBeApproved(name);
    }

    [Fact]
    public void With_nothing_to_do_it_says_so()
    {
        Report(screen: false).Planned(new ProcedurePlan("Deploy", [], []), dryRun: false);
        _written.ToString().ShouldBeApproved("nothing-to-do");
    }

    [Theory]
    [InlineData("run-screen", true, false), InlineData("run-log", false, false), InlineData("run-quiet", false, true)]
    public void A_run_tells_steps_times_and_progress(string name, bool screen, bool quiet)
    {
        var report = Report(screen, quiet);
        report.Planned(Restore, dryRun: false);
        Step(report, 1, () => _time.Advance(TimeSpan.FromSeconds(0.4)));
        Step(report, 2, () => report.Warn("a child runs on"));
        Step(report, 4, () =>
        {
            report.Note("restoring set beside the live directory");
            foreach (var percent in (double[])[0.5, 10, 40, 40.1, 90, 100])
            {
                _time.Advance(TimeSpan.FromSeconds(percent == 40.1 ? 0.1 : 6));
                report.Copied(new CopyProgress("file", percent));
            }
            _time.Advance(TimeSpan.FromSeconds(1));
        });
        _written.ToString().ShouldBeApproved(name);
    }

    [Theory]
    [InlineData("replay-screen", true), InlineData("replay-log", false)]
    public void A_replay_is_told_by_position_way_rate_and_rest(string name, bool screen)
    {
        var report = Report(screen);
        Step(report, 4, () =>
        {
            foreach (var position in (string[])["0/1000000", "0/1800000", "0/2000000", "0/2800000"])
            {
                report.Replayed(new ReplayProgress(position, "0/3000000", ""));
                _time.Advance(TimeSpan.FromSeconds(12));
            }
            report.Replayed(new ReplayProgress("0/4000000", "", "2026-11-22T14:02:58Z"));
        });
        _written.ToString().ShouldBeApproved(name);
    }

    [Theory]
    [InlineData("read-screen", true, 4_000_000_000), InlineData("read-log", false, 4_000_000_000), InlineData("read-unknown", false, 0)]
    public void Reading_is_told_by_bytes_share_and_rest(string name, bool screen, long total)
    {
        var report = Report(screen);
        Step(report, 4, () =>
        {
            foreach (var bytes in (long[])[0, 1_000_000_000, 3_000_000_000, 5_000_000_000])
            {
                report.Read(new ReadProgress(bytes, total));
                _time.Advance(TimeSpan.FromMinutes(12));
            }
        });
        _written.ToString().ShouldBeApproved(name);
    }

    private RunReport Report(bool screen, bool quiet = false) => new(new Terminal(_written, screen, quiet), _time);

    private void Step(RunReport report, int number, Action meanwhile)
    {
        var step = Restore.Steps[number - 1];
        var start = _time.GetTimestamp();
        report.StepStarted(step, number, Restore.Steps.Count);
        meanwhile();
        report.StepDone(step, _time.GetElapsedTime(start));
    }
}

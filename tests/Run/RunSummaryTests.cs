using Runbook.Run;
using Shouldly;
using Tests.Cluster;
using Tests.Output;
using Xunit;

namespace Tests.Run;

public class RunSummaryTests
{
    private static readonly RunRecord Run = GivenRecord.Begun with
    {
        Plans =
        [
            new PlanRecord("Restore", ["set 20261122-140000F | <full>"],
            [
                new StepRecord("stop the server", Given.Noon, 1.5), new StepRecord("restore", Given.Noon.AddSeconds(2)), new StepRecord("finish"),
            ]),
        ],
        Warnings = ["a child runs on"],
        End = new RunEndRecord(Given.Noon.AddSeconds(75), 1, "pgbackrest-restore failed: no space\nstate: the old data lies where it lay"),
    };

    private static readonly RunRecord Look = Run with { Target = "Check", Plans = [], Warnings = [], End = new RunEndRecord(Given.Noon.AddSeconds(3), 5, "1 warning of 9 things") };

    public static TheoryData<string> Cases => ["failed", "dry-run", "look"];

    [Fact]
    public void What_others_wrote_cannot_take_hold_of_the_reader()
    {
        var run = Run with { Plans = [new PlanRecord("Restore", ["paused: \e[2Jx\n::error::y"], [new StepRecord("a\nb")])], Warnings = [], End = Run.End! with { Error = "\e]0;t\a" } };
        var text = RunSummary.Of(run, dryRun: false, "", "");
        text.Any(c => char.IsControl(c) && c != '\n').ShouldBeFalse();
        text.ShouldContain("- paused: \\x1b[2Jx ::error::y\n");
        text.ShouldContain("\\x1b]0;t\\x07");
    }

    [Theory, MemberData(nameof(Cases))]
    public void It_reads_the_same_every_time(string name) => (name switch
    {
        "failed" => RunSummary.Of(Run, dryRun: false, "", "./build.sh --profile production Status"),
        "dry-run" => RunSummary.Of(Run with { End = new RunEndRecord(Given.Noon.AddSeconds(4), 0, ""), Warnings = [] }, dryRun: true, "", ""),
        _ => RunSummary.Of(Look, dryRun: false, "ok        server  it says ```\nwarning   room    20 % free", ""),
    }).ShouldBeApproved($"summary-{name}");

    [Theory]
    [InlineData(1, "problems found"), InlineData(5, "warnings found"), InlineData(10, "differences found")]
    public void What_a_target_found_is_no_failure(int code, string words)
    {
        var record = Look with { Target = "Plan", End = new RunEndRecord(Given.Noon.AddSeconds(3), code, "2 jobs would change", IsVerdict: true) };
        var text = RunSummary.Of(record, dryRun: false, "", "");
        text.Split('\n')[0].ShouldContain($": {words} in ");
        text.ShouldNotContain("failed");
    }

    [Fact]
    public void It_stays_below_what_GitHub_takes() =>
        RunSummary.Of(Look, dryRun: false, new string('x', 2_000_000), "").Length.ShouldBeLessThan(100_000);
}

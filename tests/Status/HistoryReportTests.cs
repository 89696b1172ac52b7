using System.Text.Json;
using Runbook.Output;
using Runbook.Run;
using Runbook.Status;
using Shouldly;
using Tests.Cluster;
using Tests.Output;
using Xunit;

namespace Tests.Status;

public class HistoryReportTests
{
    private static readonly (HistoryEntry, string?)[] Runs =
    [
        (new("1", "Deploy", "ann@desk", Given.Noon, "done") { Seconds = 27.5, ExitCode = 0, Commit = "c0ffee", Profile = "production" }, "/runs/1.json"),
        (new("2", "Restore", "bob@lap", Given.Noon.AddHours(1), "failed")
        {
            Seconds = 125, ExitCode = 1, Arguments = "--recovery-target latest", Error = "pgbackrest-restore failed: no space\nstate: as before", Via = "https://ci/1",
        }, null),
        (new("3", "Backup", "bob@lap", Given.Noon.AddHours(2), "killed"), null),
        (new("4", "Revert", "bob@lap", Given.Noon.AddHours(3), "running"), null),
    ];

    [Theory]
    [InlineData(OutputFormat.Text), InlineData(OutputFormat.Json)]
    public void It_reads_the_same_every_time(OutputFormat format) =>
        $"{HistoryReport.Write(format, Runs, 20)}\n".ShouldBeApproved($"history-{format.ToString().ToLowerInvariant()}");

    [Fact]
    public void The_last_ones_are_shown_newest_first() => JsonDocument.Parse(HistoryReport.Write(OutputFormat.Json, Runs, 2))
        .RootElement.EnumerateArray().Select(e => e.GetProperty("id").GetString()).ShouldBe(["4", "3"]);

    [Fact]
    public void With_none_it_says_so()
    {
        HistoryReport.Write(OutputFormat.Text, [], 20).ShouldBe("nothing was done to this cluster that anybody wrote down");
        HistoryReport.Write(OutputFormat.Json, [], 20).ShouldBe("[]");
    }
}

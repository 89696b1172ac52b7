using Runbook.Backups;
using Runbook.Cluster;
using Runbook.Wal;
using Tests.Cluster;
using Tests.Output;
using Xunit;

namespace Tests.Backups;

public class BackupsReportTests
{
    private static readonly RepositoryInfo Repository = Given.Repository with
    {
        Sets =
        [
            Given.Set,
            Given.Set with
            {
                Label = Given.Label + "_20261122-140000I", Type = BackupType.Incr, StartedAt = Given.Noon.AddHours(2), FinishedAt = Given.Noon.AddHours(2.5),
                Prior = Given.Label, RepositorySize = 12_345, WalStart = "000000010000000000000007", WalStop = "000000010000000000000007", Error = true,
            },
        ],
    };

    [Fact]
    public void People_read_a_table() => Table(Repository).ShouldBeApproved("backups-table");

    [Fact]
    public void Programs_read_JSON() => (BackupsReport.Json(Repository.Sets) + "\n").ShouldBeApproved("backups-json");

    [Fact]
    public void Without_sets_both_say_so() =>
        (Table(Given.Repository with { Sets = [], Repositories = Given.Status(2) }) + BackupsReport.Json([]) + "\n").ShouldBeApproved("backups-none");

    private static string Table(RepositoryInfo repository)
    {
        var text = new StringWriter();
        BackupsReport.Write(text, repository, Given.Noon.AddDays(1));
        return text.ToString();
    }
}

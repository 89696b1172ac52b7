using Runbook.Backups;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Steps;
using Tests.Cluster;
using Tests.Output;
using Xunit;

namespace Tests.Backups;

public class RepositoryReportTests
{
    private static readonly ClusterSettings Settings = Given.Settings with
    {
        Pgbackrest = Given.Settings.Pgbackrest with
        {
            Repositories = [.. Given.Settings.Pgbackrest.Repositories, new() { Type = RepositoryType.S3, Path = "/pg", S3 = new() { Endpoint = "s3.example.com", Bucket = "b", Region = "r" } }],
        },
    };

    private static readonly Period Hours = new(Given.Noon, Given.Noon.AddHours(5));

    private static readonly RepositoryFindings[] Findings =
    [
        new(1, [Given.Set], 12, new VerifyVerdict(true, [new(Given.Label, "valid", 967, new(0, 0, 0, 0))], [], [], []), [], ["WAL segment 000000010000000000000007 is missing, on timeline 1, which the cluster has left"], [Hours], []),
        new(
            2, [Given.Set], 12, new VerifyVerdict(false, [new(Given.Label, "invalid", 967, new(0, 1, 0, 0))], [], [], []),
            [
                new($"backup set {Given.Label} has 1 damaged or missing file", [Given.Label], [], [], "./build.sh Expire --backup-set X --repository 2"),
                new("WAL segment 000000010000000000000008 is missing", [], ["000000010000000000000008"], [new(Given.Noon.AddHours(1), Given.Noon.AddHours(5))], "./build.sh Backup --backup-type full --repository 2"),
            ],
            [], [new(Given.Noon, Given.Noon.AddHours(1))], [new(Given.Noon.AddHours(1), Given.Noon.AddHours(5))]),
    ];

    private static readonly ExpirePlan Expiry = new(
    [
        new(
            1, "", new ExpirePreview([Given.Label, "20261101-000000F"], [new("15-1", "000000010000000000000004", "000000010000000000000006"), new("14-1", "", "")]),
            [Given.Set], ["20261101-000000F"], [Given.Set with { Label = "20261123-140000F", FinishedAt = Given.Noon.AddDays(1) }],
            new(Given.Noon, Given.Label, 0), new(Given.Noon.AddDays(1), "20261123-140000F", 0)),
        new(2, "", new ExpirePreview([], []), [], [], [Given.Set], new(Given.Noon, Given.Label, 2), new(Given.Noon, Given.Label, 2)),
    ]);

    [Fact]
    public void What_was_found_is_said_with_what_it_costs_and_what_to_do() => (VerifyReport.Text(Settings, Findings) + "\n").ShouldBeApproved("verify-text");

    [Fact]
    public void Programs_read_what_was_found() => (VerifyReport.Json(Settings, Findings) + "\n").ShouldBeApproved("verify-json");

    [Fact]
    public void A_repository_that_cannot_be_read_says_why() =>
        (VerifyReport.Text(Settings, [RepositoryFindings.Unusable(2, "it cannot be read: no answer from there", "./build.sh Status")]) + "\n").ShouldBeApproved("verify-unreadable");

    [Fact]
    public void What_would_go_is_shown_beside_what_stays() => (ExpireReport.Text(Settings, Expiry, Given.Noon.AddDays(2)) + "\n\n" + ExpireReport.Left(Expiry) + "\n").ShouldBeApproved("expire-text");

    [Fact]
    public void Programs_read_what_would_go() => (ExpireReport.Json(Settings, Expiry, removed: true) + "\n").ShouldBeApproved("expire-json");
}

using Runbook.Facts;
using Shouldly;
using Xunit;

namespace Tests.Facts;

public class NodeFactsTests
{
    private const string Said =
        """
        noise before
        fact node db-1
        fact user postgres
        fact postgres.version 15.18
        fact disk 5000000000 9000000000
        fact data.present true
        fact data.version 15
        fact data.bytes 31000000
        fact wal.unarchived 2
        fact control.system 7711027602855647948
        fact control.state in production
        fact control.timeline 1
        fact kept r0 800 1795363521 /data/with blank/main.kept-r0
        fact kept broken
        fact restore.id 20261122-150000
        fact restore.set 20261122-140000F
        fact restore.target latest
        fact restore.phase copying
        fact restore.operator ann@desk
        fact restore.started 2026-11-22T15:00:00Z
        fact restore.unarchived 1
        fact restore.bytes 4096
        fact init.fingerprint abc
        fact secrets.fingerprint
        fact server.timeline 3
        fact server.recovering f
        fact pgbackrest.version 2.45
        fact info []
        """;

    [Fact]
    public void Facts_are_read_among_other_lines()
    {
        var facts = NodeFacts.Parse(Said, "db");
        (facts.Node, facts.PostgresVersion, facts.PgbackrestVersion).ShouldBe(("db-1", "15.18", "2.45"));
        (facts.DiskFree, facts.DataBytes, facts.UnarchivedWal).ShouldBe((5_000_000_000, 31_000_000, 2));
        (facts.DataPresent, facts.DataVersion, facts.ControlState).ShouldBe((true, "15", "in production"));
        (facts.InitFingerprint, facts.SecretsFingerprint).ShouldBe(("abc", ""));
        facts.Restore.ShouldBe(new RestoreState("20261122-150000", "20261122-140000F", "latest", "copying")
        {
            Operator = "ann@desk", StartedAt = "2026-11-22T15:00:00Z", BytesCopied = 4096, Unarchived = 1,
        });
        facts.Kept.ShouldBe([new KeptDirectory("r0", 800, DateTimeOffset.FromUnixTimeSeconds(1795363521), "/data/with blank/main.kept-r0")]);
        facts.Repository!.StatusCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("fact server.timeline 3\nfact control.timeline 1", 3u), InlineData("fact server.timeline\nfact control.timeline 1", 1u), InlineData("", 0u)]
    public void The_running_server_knows_its_timeline_best(string said, uint timeline) => NodeFacts.Parse(said, "db").Timeline.ShouldBe(timeline);

    [Theory]
    [InlineData("fact server.recovering t", true), InlineData("fact server.recovering f", false), InlineData("fact server.recovering ", null), InlineData("", null)]
    public void A_server_that_gives_no_answer_is_neither(string said, bool? recovering) => NodeFacts.Parse(said, "db").Recovering.ShouldBe(recovering);

    [Fact]
    public void A_repository_that_did_not_answer_says_why()
    {
        var facts = NodeFacts.Parse("fact info.error P00 ERROR: [103]: unable to find a valid repository", "db");
        facts.Repository.ShouldBeNull();
        facts.RepositoryError.ShouldStartWith("P00 ERROR: [103]");
    }

    [Fact]
    public void Nothing_said_is_nothing_known()
    {
        var facts = NodeFacts.Parse("", "db");
        (facts.DataPresent, facts.Restore, facts.Repository, facts.DiskFree).ShouldBe((false, null, null, 0));
        facts.Kept.ShouldBeEmpty();
    }
}

using Runbook.Cluster;
using Runbook.Wal;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

public class HealthFactsTests
{
    private const string Said =
        """
        noise
        fact health.server f|00000001000000000000000A|6|t|1795348800|000000010000000000000007|3
        fact health.segment 67108864
        fact health.waiting 2 1795348700
        fact health.waits - 000000010000000000000007 000000010000000000000008 1795348760
        fact health.room data 100 200 /srv/my data
        fact health.room repository2 5 10 /repo
        fact health.past 1795340000 data:110:200 repository2:6:10
        fact health.past rubbish
        fact health.pusherror 1795348790 103 unable to find:\nrepo1: [ProtocolError] HTTP request failed with 403:\n*** Path ***
        fact health.wal 1 15-1 000000010000000000000001 000000010000000000000006 1795348600
        fact health.wal 1 15-1 00000001000000000000000B 00000001000000000000000D
        fact health.unlisted 2
        fact history 00000002 1 0/5800000
        fact check.at 1795345200
        fact check.result failed
        fact check.problem repository 2 does not answer: denied
        fact check.problem /srv/my data has 1 MB free
        fact clock 1795348801
        """;

    [Fact]
    public void What_the_node_says_is_understood()
    {
        var node = NodeFacts.Parse(Said, "db");
        var health = node.Health.ShouldNotBeNull();
        health.Now.ShouldBe(Given.Noon.AddSeconds(1));
        health.Server.ShouldBe(new ServerHealth(false, "00000001000000000000000A", 6, true, Given.Noon, "000000010000000000000007", 3));
        (health.SegmentSize, health.Waiting, health.WaitingSince, health.WaitingBytes).ShouldBe((64 << 20, 2, Given.Noon.AddSeconds(-100), 128 << 20));
        health.Waits.ShouldBe([new WalRange("000000010000000000000007", "000000010000000000000008", Given.Noon.AddSeconds(-40), 0, "-")]);
        health.Rooms.ShouldBe([new Room("data", 100, 200, "/srv/my data"), new Room("repository2", 5, 10, "/repo")]);
        health.Rooms.Select(r => r.Repository).ShouldBe([null, 2]);
        var past = health.Past.ShouldHaveSingleItem();
        past.Rooms.ShouldBe([new Room("data", 110, 200), new Room("repository2", 6, 10)]);
        health.PushError.ShouldBe(new PushError(Given.Noon.AddSeconds(-10), "103", "unable to find: repo1: [ProtocolError] HTTP request failed with 403: these keys may not do that there"));
        health.Archived.ShouldBe(
        [
            new WalRange("000000010000000000000001", "000000010000000000000006", Given.Noon.AddSeconds(-200), 1, "15-1"),
            new WalRange("00000001000000000000000B", "00000001000000000000000D", DateTimeOffset.UnixEpoch, 1, "15-1"),
        ]);
        health.Unlisted.ShouldBe([2]);
        health.History.ShouldBe([new TimelineFork(2, 1, 0x5800000)]);
        var check = node.Check.ShouldNotBeNull();
        (check.At, check.IsOk, check.IsSkipped).ShouldBe((Given.Noon.AddHours(-1), false, false));
        check.Problems.ShouldBe(["repository 2 does not answer: denied", "/srv/my data has 1 MB free"]);
    }

    [Fact]
    public void A_node_that_was_not_asked_for_it_says_nothing()
    {
        var node = NodeFacts.Parse("fact clock 1795348801\n", "db");
        (node.Health, node.Check).ShouldBe((null, null));
    }

    [Fact]
    public void A_server_that_does_not_answer_leaves_the_rest()
    {
        var health = NodeFacts.Parse("fact clock 1795348801\nfact health.segment 16777216\nfact health.waiting 0 \nfact health.pusherror \n", "db").Health.ShouldNotBeNull();
        (health.Server, health.WaitingSince, health.PushError).ShouldBe((null, null, null));
    }

    [Theory]
    [InlineData("t||0|f|0||-1", true, null), InlineData("f|000000010000000000000001|0|f|0||0", false, 0L)]
    public void A_server_in_recovery_and_one_without_checksums(string said, bool recovering, long? failures)
    {
        var server = NodeFacts.Parse($"fact clock 1\nfact health.segment 16777216\nfact health.server {said}\n", "db").Health!.Server.ShouldNotBeNull();
        (server.Recovering, server.ChecksumFailures, server.FailedAt).ShouldBe((recovering, failures, null));
    }

    [Fact]
    public void Where_no_repository_answers_each_still_has_its_words() => NodeFacts.Parse(
            """fact info [{"name":"db","status":{"code":99,"message":"other"},"repo":[{"key":1,"cipher":"none","status":{"code":99,"message":"denied"}}]}]""", "db")
        .Repositories.ShouldHaveSingleItem().Message.ShouldBe("denied");
}

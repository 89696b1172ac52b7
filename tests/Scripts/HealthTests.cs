using Runbook.Cluster;
using Runbook.Wal;
using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>What the node prints of its health is what the runbook reads.</summary>
public sealed class HealthTests : IDisposable
{
    private const string Listing =
        """
        {"15-1":{"type":"path"},"15-1/0000000100000000/000000010000000000000004-0123456789abcdef0123456789abcdef01234567.zst":{"type":"file","size":1,"time":1795348600},"15-1/0000000100000000/000000010000000000000004.00000028.backup":{"type":"file","size":1,"time":1795348601},"15-1/0000000100000000/000000010000000000000005-0123456789abcdef0123456789abcdef01234567":{"type":"file","size":1,"time":1795348660},"15-1/0000000100000000/000000010000000000000007-0123456789abcdef0123456789abcdef01234567.gz":{"type":"file","size":1},"15-1/0000000200000000/000000020000000000000008-0123456789abcdef0123456789abcdef01234567.gz":{"type":"file","size":1,"time":1795348700}}
        """;

    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void It_is_understood()
    {
        _node.HasCluster();
        _node.SetFake("server", "f|00000002000000000000000A|0|f|0||0\n");
        _node.SetFake("repo-ls", Listing);
        Status("000000020000000000000008.ready", "000000020000000000000009.ready", "000000020000000000000007.done", "00000002.history.ready");
        Directory.CreateDirectory(Spool);
        // pgBackRest has archived it, PostgreSQL has yet to be told.
        File.WriteAllText(Path.Combine(Spool, "000000020000000000000008.ok"), "");
        File.WriteAllText(Path.Combine(Spool, "global.error"), "103\nunable to find a valid repository:\nrepo1: [FileOpenError] denied\nHostConnectError: unable to connect to x\n");
        File.WriteAllText(Path.Combine(_node.Data, "pg_wal", "00000002.history"), "1\t0/5800000\tno recovery target specified\n");
        File.WriteAllText(Path.Combine(_node.State, "check"), "at=1795348800\nresult=skipped\nproblem=the server = stopped\n");
        File.WriteAllText(Path.Combine(_node.State, "check.history"), "1795340000 data:1:2 \n");

        var said = Health();
        said.Code.ShouldBe(0, said.Error);
        var node = NodeFacts.Parse(said.Output, "db");
        var health = node.Health.ShouldNotBeNull(said.Output);

        health.Server!.Segment.ShouldBe("00000002000000000000000A");
        health.Archived.Select(r => (r.Repository, r.ArchiveId, r.First[^1], r.Last[^1], r.Timeline, r.At.ToUnixTimeSeconds())).ShouldBe(
        [
            (1, "15-1", '4', '5', 1u, 1795348660), (1, "15-1", '7', '7', 1u, 0), (1, "15-1", '8', '8', 2u, 1795348700),
        ]);
        (health.Waiting, health.Waits.ShouldHaveSingleItem().First).ShouldBe((1, "000000020000000000000009"));
        health.WaitingSince.ShouldNotBeNull();
        health.History.ShouldBe([new TimelineFork(2, 1, 0x5800000)]);
        (health.PushError!.Code, health.PushError.Words).ShouldBe(("103", "unable to find a valid repository: repo1: [FileOpenError] denied: no answer from there"));
        health.Rooms.ShouldHaveSingleItem().Name.ShouldBe("data");
        health.Past.ShouldHaveSingleItem();
        node.Check!.Problems.ShouldBe(["the server = stopped"]);
        node.DataPresent.ShouldBeTrue("what is always said is said, too");
    }

    [Fact]
    public void A_repository_in_a_directory_has_room_and_another_has_none_to_tell()
    {
        _node.HasCluster();
        _node.SetFake("repo-ls", "{}");
        File.WriteAllText(_node.At("conf"), $"repo1-type=s3\nrepo1-path=/x\nrepo2-type=posix\nrepo2-path={_node.At("log")}\n");
        var health = NodeFacts.Parse(Health(("PGN_REPOSITORIES", "1 2"), ("PGBACKREST_CONFIG", _node.At("conf"))).Output, "db").Health!;
        health.Rooms.Select(r => (r.Name, r.Path)).ShouldBe([("data", _node.At("volume")), ("repository2", _node.At("log"))]);
        (health.Archived.IsEmpty, health.Unlisted.IsEmpty).ShouldBe((true, true));
    }

    [Fact]
    public void A_repository_that_cannot_be_listed_is_named()
    {
        _node.HasCluster();
        NodeFacts.Parse(Health().Output, "db").Health!.Unlisted.ShouldBe([1]);
    }

    [Fact]
    public void Nothing_is_asked_of_a_cluster_that_is_not_there()
    {
        var health = NodeFacts.Parse(Health(("PGN_STANZA", ""), ("PGN_REPOSITORIES", "")).Output, "db").Health!;
        (health.Server, health.Waiting, health.Archived.IsEmpty).ShouldBe((null, 0, true));
    }

    [Fact]
    public void Stretches_are_told_apart_by_holes_timelines_and_places()
    {
        var said = _node.Shell(
            """
            . "$NOMAD_TASK_DIR/health.sh"
            ranges 16777216 <<'END'
            14-1 000000010000000000000001 1
            15-1 0000000100000000000000FE 2
            15-1 0000000100000000000000FF 3
            15-1 000000010000000100000000 4
            15-1 000000010000000100000000 5
            15-1 000000010000000100000002 6
            15-1 000000020000000100000003 7
            END
            """);
        said.Code.ShouldBe(0, said.Error);
        said.Output.Trim().Split('\n').ShouldBe(
        [
            "14-1 000000010000000000000001 000000010000000000000001 1", "15-1 0000000100000000000000FE 000000010000000100000000 5",
            "15-1 000000010000000100000002 000000010000000100000002 6", "15-1 000000020000000100000003 000000020000000100000003 7",
        ]);
    }

    private string Spool => Path.Combine(_node.State, "pgbackrest", "spool", "archive", "db", "out");

    private void Status(params string[] names)
    {
        foreach (var name in names)
            File.WriteAllText(Path.Combine(_node.Data, "pg_wal", "archive_status", name), "");
    }

    private Said Health(params (string, string)[] environment) =>
        _node.Run("operate.sh", [], [("NOMAD_META_operation", "health"), ("NOMAD_META_argument", ""), .. environment]);
}

using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>The cluster checks itself: what is critical ends the run with 1, and stands on the data volume until the next one.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly Node _node = new();

    public CheckTests()
    {
        _node.HasCluster();
        Directory.CreateDirectory(_node.State);
        _node.SetFake("recovering", "f\n");
        _node.SetFake("check-said", "INFO: WAL segment 000000010000000000000007 successfully archived\n");
        HasSets(("full", 0, false));
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_healthy_cluster_is_recorded_with_its_room()
    {
        var said = Check();
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldContain("successfully archived");
        Recorded().ShouldBe(["result=ok"]);
        File.ReadAllText(Path.Combine(_node.State, "check.history")).ShouldMatch(@"^\d+ data:\d+:\d+ \n$");
    }

    public static TheoryData<string, string> Problems => new()
    {
        { "way", "pgbackrest check: ERROR: [082]: WAL segment was not archived before the 60000ms timeout" },
        { "server", "the server does not answer" },
        { "waiting", "2 WAL segments wait to be archived, the first since 2026-01-01T00:00:00Z: unable to push: denied" },
        { "no-full", "repository 1 holds no good full backup" },
        { "damaged", "repository 1 holds no good full backup" },
        { "old", "the last good full backup in repository 1 is of " },
        { "silent", "repository 1 does not answer: [PathOpenError] denied" },
        { "room", " free of " },
    };

    [Theory, MemberData(nameof(Problems))]
    public void What_is_critical_fails_the_run_with_a_line_for_it(string what, string problem)
    {
        var limits = new[] { "full-age=3600", "archive-lag=60", "free-space=0" };
        switch (what)
        {
            case "way":
                _node.SetFake("check-codes", "82\n");
                _node.SetFake("check-said", "INFO: begin\nERROR: [082]: WAL segment was not archived before the 60000ms timeout:\n       more\n");
                break;
            case "server":
                File.Delete(_node.At("fake", "recovering"));
                File.WriteAllText(Path.Combine(_node.Data, "postmaster.pid"), "1\n");
                break;
            case "waiting":
                foreach (var name in (string[])["000000010000000000000008.ready", "000000010000000000000009.ready"])
                    File.WriteAllText(Status(name), "");
                File.SetLastWriteTimeUtc(Status("000000010000000000000008.ready"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
                Directory.CreateDirectory(Spool);
                File.WriteAllText(Path.Combine(Spool, "000000010000000000000008.error"), "104\nunable to push:\ndenied\n");
                break;
            case "no-full":
                HasSets(("incr", 0, false));
                break;
            case "damaged":
                HasSets(("full", 0, true), ("incr", 0, false));
                break;
            case "old":
                HasSets(("full", 7200, false), ("full", 3700, false), ("incr", 0, false));
                break;
            case "silent":
                _node.SetFake("info", """[{"archive":[],"backup":[],"name":"db","repo":[{"cipher":"none","key":1,"status":{"code":99,"message":"[PathOpenError] denied"}}],"status":{"code":99,"message":"other"}}]""");
                break;
            case "room":
                limits[2] = "free-space=101";
                break;
        }
        var said = Check(limits);
        said.Code.ShouldBe(1, said.Output + said.Error);
        said.Error.Trim().Split('\n').ShouldHaveSingleItem().ShouldStartWith("critical: ");
        said.Error.ShouldContain(problem);
        Recorded()[0].ShouldBe("result=failed");
        Recorded()[1].ShouldStartWith("problem=");
        Recorded()[1].ShouldContain(problem);
        Recorded()[1].ShouldNotEndWith(":");
    }

    [Fact]
    public void Several_problems_are_all_told()
    {
        HasSets();
        _node.SetFake("check-codes", "82\n");
        Check("free-space=101").Error.Trim().Split('\n').Length.ShouldBe(3);
        Recorded().Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("copying"), InlineData("paused"), InlineData("restored")]
    public void During_a_restore_it_keeps_quiet(string phase)
    {
        _node.HasRestore(("id", "r1"), ("phase", phase));
        var said = Check();
        (said.Code, said.Error).ShouldBe((0, ""));
        said.Output.ShouldContain($"not checked: restore r1 is unfinished (phase {phase})");
        Recorded().ShouldBe(["result=skipped", $"problem=restore r1 is unfinished (phase {phase})"]);
        _node.Fake("calls").ShouldBeEmpty("nothing is switched or archived");
    }

    [Fact]
    public void A_server_that_was_stopped_on_purpose_is_let_be()
    {
        File.Delete(_node.At("fake", "recovering"));
        var said = Check();
        (said.Code, said.Error).ShouldBe((0, ""));
        Recorded().ShouldBe(["result=skipped", "problem=the server is stopped"]);
    }

    [Fact]
    public void One_whose_task_is_there_and_that_does_not_answer_was_not_stopped_on_purpose()
    {
        File.Delete(_node.At("fake", "recovering"));
        _node.Shell("""exec 9>"$PGN_STATE/data.lock"; flock -n 9; /bin/bash "$NOMAD_TASK_DIR/check.sh" """).Error.ShouldContain("critical: the server does not answer");
    }

    [Fact]
    public void In_recovery_there_is_no_WAL_to_close()
    {
        _node.SetFake("recovering", "t\n");
        Check().Code.ShouldBe(0);
        _node.Fake("calls").ShouldNotContain(" check ");
    }

    [Fact]
    public void What_it_remembers_does_not_grow_for_ever()
    {
        var history = Path.Combine(_node.State, "check.history");
        File.WriteAllLines(history, Enumerable.Range(1, 1000).Select(i => $"{i} data:1:2 "));
        Check().Code.ShouldBe(0);
        var lines = File.ReadAllLines(history);
        lines.Length.ShouldBe(500);
        lines[^2].ShouldBe("1000 data:1:2 ");
    }

    [Fact]
    public void A_threshold_that_is_none_is_wrong_use() => Check("fullage=1").Code.ShouldBe(2);

    private string Spool => Path.Combine(_node.State, "pgbackrest", "spool", "archive", "db", "out");

    private string Status(string name) => Path.Combine(_node.Data, "pg_wal", "archive_status", name);

    private Said Check(params string[] limits) => _node.Run("check.sh", limits);

    /// <summary>What was left for Check and Status, without its time.</summary>
    private IReadOnlyList<string> Recorded()
    {
        var lines = File.ReadAllLines(Path.Combine(_node.State, "check"));
        lines[0].ShouldMatch(@"^at=\d+$");
        return lines[1..];
    }

    // In the form of pgBackRest 2.45.
    private void HasSets(params (string Type, int SecondsAgo, bool Damaged)[] sets)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var backups = sets.Select((s, i) =>
            "{\"archive\":{\"start\":\"000000010000000000000002\",\"stop\":\"000000010000000000000003\"},\"backrest\":{\"format\":5,\"version\":\"2.45\"},\"database\":{\"id\":1,\"repo-key\":1},"
            + $"\"error\":{(s.Damaged ? "true" : "false")},\"info\":{{\"delta\":1,\"repository\":{{\"delta\":1,\"size\":1}},\"size\":1}},\"label\":\"set{i}\",\"lsn\":{{\"start\":\"0/1\",\"stop\":\"0/2\"}},"
            + $"\"prior\":null,\"reference\":null,\"timestamp\":{{\"start\":{now - s.SecondsAgo - 5},\"stop\":{now - s.SecondsAgo}}},\"type\":\"{s.Type}\"}}");
        _node.SetFake("info",
            "[{\"archive\":[{\"database\":{\"id\":1,\"repo-key\":1},\"id\":\"15-1\",\"max\":\"000000010000000000000009\",\"min\":\"000000010000000000000001\"}],"
            + $"\"backup\":[{string.Join(',', backups)}],\"cipher\":\"none\",\"db\":[],\"name\":\"db\",\"repo\":[{{\"cipher\":\"none\",\"key\":1,\"status\":{{\"code\":0,\"message\":\"ok\"}}}}],\"status\":{{\"code\":0,\"message\":\"ok\"}}}}]\n");
    }
}

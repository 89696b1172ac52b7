using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>The copy is recovered before it takes the live directory's place: what recovery cannot do leaves that untouched.</summary>
public sealed class StagingTests : IDisposable
{
    private const string Set = "20261122-140000F";

    // What the operator does while the copy waits: once, in the place of a pause of the script.
    private const string AcceptWhenPaused = "grep -qx phase=paused \"$PGN_STATE/restore\" && printf 'accept=true\\n' >>\"$PGN_STATE/restore\"";

    private readonly Node _node = new();

    public StagingTests() => _node.HasCluster();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void The_point_reached_is_recorded_and_told()
    {
        var said = _node.RestoreOf("r1", Set, "latest", ("timeline", "1"), ("expect", "0/5000000"));
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldContain("progress replay 0/5000028 0/5000000 2026-11-22T14:00:00.5Z");
        var state = _node.Restore();
        (state["reachedlsn"], state["reachedtime"], state["reachedtimeline"]).ShouldBe(("0/5000028", "2026-11-22T14:00:00.5Z", "2"));
        _node.Fake("pg_ctl").ShouldBe("promote\nstop\n");
    }

    [Fact]
    public void A_recovery_that_ends_before_the_end_of_the_archive_is_no_success()
    {
        var said = _node.RestoreOf("r1", Set, "latest", ("timeline", "1"), ("expect", "0/6000000"));
        said.Code.ShouldBe(1);
        said.Error.ShouldContain("recovery ended at WAL 0/5000028, but the archive continues to 0/6000000");
        Untouched();
    }

    [Fact]
    public void The_end_of_a_slow_archive_is_seen_without_the_wait_that_a_quick_one_leaves_time_for()
    {
        _node.SetFake("slow-archive", "");
        var said = _node.RestoreOf("r1", Set, "latest", ("timeline", "1"), ("expect", "0/5000000"));
        said.Code.ShouldBe(0, said.Error);
    }

    [Theory]
    [InlineData("recovery ended before configured recovery target was reached", "the target (name before) is not in the WAL: recovery came to its end at WAL 0/5000028")]
    [InlineData("could not restore file: the repository does not answer", "the repository failed during recovery")]
    [InlineData("could not locate required checkpoint record", "recovery stopped: could not locate required checkpoint record")]
    public void A_staged_server_that_ends_tells_why(string fatal, string told)
    {
        _node.SetFake("recovery", $"fatal {fatal}\n");
        var said = _node.RestoreOf("r1", Set, "name", ("value", "before"));
        said.Code.ShouldBe(1);
        said.Error.ShouldContain(told);
        Untouched();
        // The cause is mended: the same again.
        File.Delete(_node.At("fake", "recovery"));
        _node.RestoreOf("r1", Set, "name", ("value", "before")).Code.ShouldBe(0);
        _node.Rows(_node.Data).ShouldBe($"rows of {Set}");
    }

    [Fact]
    public void It_stands_at_the_target_until_it_is_accepted()
    {
        _node.SetFake("on-sleep", AcceptWhenPaused);
        var said = _node.RestoreOf("r1", Set, "xid", ("value", "737"), ("pause", "true"));
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldContain("fact paused r1");
        _node.Fake("targets").ShouldContain("recovery_target_action=pause");
        _node.Restore()["phase"].ShouldBe("restored");
    }

    [Fact]
    public void Stopped_while_it_waits_it_can_go_on_to_a_later_target()
    {
        _node.SetFake("on-sleep", "grep -qx phase=paused \"$PGN_STATE/restore\" && kill -TERM -- \"-$(cat \"$FAKE/pid\")\"");
        _node.RestoreOf("r1", Set, "xid", ("value", "737"), ("pause", "true")).Code.ShouldBe(143);
        File.Delete(_node.At("fake", "on-sleep"));
        _node.Restore()["phase"].ShouldBe("paused");

        var said = _node.RestoreOf("r1", Set, "latest", ("timeline", "1"));

        said.Code.ShouldBe(0, said.Error);
        _node.Fake("calls").Split('\n').Count(c => c.Contains(" restore ")).ShouldBe(1, "the copy was made once");
        _node.Restore()["target"].ShouldBe("latest");
        _node.Rows(_node.Data).ShouldBe($"rows of {Set}");
    }

    [Fact]
    public void In_place_nothing_is_kept_and_what_was_not_archived_is_set_aside_first()
    {
        File.WriteAllBytes(Path.Combine(_node.Data, "pg_wal", LeftWalTests.First), LeftWalTests.Segment(LeftWalTests.First));

        var said = _node.RestoreOf("r1", Set, "latest", ("strategy", "in-place"), ("timeline", "1"));

        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldContain($"offering {LeftWalTests.First}");
        _node.Rows(_node.Data).ShouldBe($"rows of {Set}");
        _node.Beside().ShouldBeEmpty();
    }

    [Fact]
    public void Half_way_in_place_only_in_place_goes_on()
    {
        _node.SetFake("restore-codes", "49\n");
        _node.RestoreOf("r1", Set, "latest", ("strategy", "in-place")).Error.ShouldContain("only the same Restore again mends it");
        _node.RestoreOf("r2", Set).Code.ShouldBe(3);
        _node.Run("serve.sh", []).Code.ShouldBe(3);
        _node.RestoreOf("r3", Set, "latest", ("strategy", "in-place")).Code.ShouldBe(0);
    }

    private void Untouched()
    {
        _node.Rows(_node.Data).ShouldBe("live rows");
        _node.Restore()["phase"].ShouldBe("recovering");
        Directory.GetFiles(_node.Data + ".restore-r1", "postmaster.pid").ShouldBeEmpty();
    }
}

using Shouldly;
using Xunit;

namespace Tests.Scripts;

public sealed class RestoreTests : IDisposable
{
    private const string Set = "20261122-140000F";

    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void The_old_data_is_kept_and_the_set_takes_its_place()
    {
        _node.HasCluster();

        var said = _node.RestoreOf("r1", Set);

        said.Code.ShouldBe(0, said.Error);
        _node.Rows(_node.Data).ShouldBe($"rows of {Set}");
        _node.Rows(_node.Data + ".kept-r1").ShouldBe("live rows");
        _node.Beside().ShouldBe(["main.kept-r1"]);
        var state = _node.Restore();
        (state["id"], state["phase"], state["operator"], state["unarchived"]).ShouldBe(("r1", "restored", "ann@desk", "0"));
    }

    [Fact]
    public void In_place_the_first_run_goes_on_with_nothing()
    {
        _node.HasCluster();
        _node.SetFake("restore-codes", "49\n");

        var first = _node.RestoreOf("r1", Set, "immediate", ("strategy", "in-place"));
        var second = _node.RestoreOf("r1", Set, "immediate", ("strategy", "in-place"));

        first.Output.ShouldContain("overwriting");
        first.Output.ShouldNotContain("continuing the copy");
        second.Output.ShouldContain("continuing the copy");
    }

    [Fact]
    public void The_time_that_it_worked_is_recorded()
    {
        _node.RestoreOf("r1", Set).Code.ShouldBe(0);
        int.Parse(_node.Restore()["worked"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(0, 20);
        File.ReadAllText(Path.Combine(_node.State, "restores", "r1")).ShouldNotContain("resumed");
    }

    [Fact]
    public void On_a_new_volume_nothing_is_kept()
    {
        _node.RestoreOf("r1", Set).Code.ShouldBe(0);
        _node.Rows(_node.Data).ShouldBe($"rows of {Set}");
        _node.Beside().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("immediate", "", "", "recovery_target=immediate recovery_target_timeline=current recovery_target_action=promote")]
    [InlineData("latest", "", "3", "recovery_target_timeline=3")]
    [InlineData("time", "2026-11-22 14:03:00+00", "3", "recovery_target_time=2026-11-22 14:03:00+00 recovery_target_timeline=3 recovery_target_action=promote")]
    [InlineData("name", "before the import", "3", "recovery_target_name=before the import recovery_target_timeline=3 recovery_target_action=promote")]
    public void The_target_decides_where_recovery_ends(string target, string value, string timeline, string options)
    {
        _node.RestoreOf("r1", Set, target, ("value", value), ("timeline", timeline)).Code.ShouldBe(0);
        _node.Fake("targets").Trim().Replace('\n', ' ').ShouldBe(options);
    }

    [Fact]
    public void A_failed_copy_leaves_the_live_directory_alone()
    {
        _node.HasCluster();
        _node.SetFake("restore-codes", "49\n");

        var said = _node.RestoreOf("r1", Set);

        said.Code.ShouldBe(1);
        said.Error.ShouldContain("ended with 49");
        _node.Rows(_node.Data).ShouldBe("live rows");
        _node.Restore()["phase"].ShouldBe("copying");
    }

    [Fact]
    public void Killed_during_the_copy_the_same_id_goes_on()
    {
        _node.HasCluster();
        _node.SetFake("kill-in-copy", "");
        _node.RestoreOf("r1", Set).Code.ShouldBe(Said.Killed);
        _node.Rows(_node.Data).ShouldBe("live rows");

        var said = _node.RestoreOf("r1", Set);

        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldContain("continuing the copy");
        _node.Fake("calls").Split('\n').Count(c => c.Contains(" restore ") && c.Contains("--delta")).ShouldBe(1);
        _node.Rows(_node.Data).ShouldBe($"rows of {Set}");
        _node.Rows(_node.Data + ".kept-r1").ShouldBe("live rows");
    }

    [Fact]
    public void An_id_that_has_finished_never_runs_again()
    {
        _node.HasCluster();
        _node.RestoreOf("r1", Set).Code.ShouldBe(0);
        File.WriteAllText(Path.Combine(_node.Data, "rows"), "rows written since");
        File.Delete(Path.Combine(_node.State, "restore"));

        var said = _node.RestoreOf("r1", Set);

        said.Code.ShouldBe(0);
        said.Output.ShouldContain("has already run");
        _node.Rows(_node.Data).ShouldBe("rows written since");
    }

    [Fact]
    public void Another_restore_is_refused_half_way_through_a_swap()
    {
        _node.HasRestore(("id", "r1"), ("set", Set), ("phase", "swapping"));
        Directory.CreateDirectory(_node.Data + ".restore-r1");

        var said = _node.RestoreOf("r2", "20261123-140000F");

        said.Code.ShouldBe(3);
        said.Error.ShouldContain("restore r1 is half way through its swap");
        _node.Restore()["id"].ShouldBe("r1");
    }

    [Fact]
    public void A_restore_given_up_during_the_copy_is_a_head_start()
    {
        _node.HasCluster();
        _node.SetFake("kill-in-copy", "");
        _node.RestoreOf("r1", Set).Code.ShouldBe(Said.Killed);

        _node.RestoreOf("r2", "other").Code.ShouldBe(0);

        _node.Rows(_node.Data).ShouldBe("rows of other");
        _node.Beside().ShouldBe(["main.kept-r2"]);
        _node.Fake("calls").ShouldContain("--delta");
    }

    [Fact]
    public void A_restored_cluster_that_was_never_started_is_reused_and_not_kept()
    {
        _node.HasCluster();
        _node.RestoreOf("r1", Set).Code.ShouldBe(0);

        _node.RestoreOf("r2", "other").Code.ShouldBe(0);

        _node.Rows(_node.Data).ShouldBe("rows of other");
        _node.Rows(_node.Data + ".kept-r1").ShouldBe("live rows");
        _node.Beside().ShouldBe(["main.kept-r1"]);
    }

    [Fact]
    public void A_restored_cluster_that_was_started_is_kept_like_any_other()
    {
        _node.HasCluster();
        _node.RestoreOf("r1", Set).Code.ShouldBe(0);
        _node.HasRestore(("id", "r1"), ("set", Set), ("phase", "started"));

        _node.RestoreOf("r2", "other").Code.ShouldBe(0);

        _node.Beside().ShouldBe(["main.kept-r1", "main.kept-r2"]);
        _node.Rows(_node.Data + ".kept-r2").ShouldBe($"rows of {Set}");
    }

    [Theory]
    [InlineData("../up", Set, "immediate"), InlineData("r1", "a b", "immediate"), InlineData("r1", Set, "x;y"), InlineData("r1", Set, "tomorrow")]
    public void What_is_no_id_set_or_target_is_refused(string id, string set, string target)
    {
        _node.HasCluster();
        _node.RestoreOf(id, set, target).Code.ShouldBe(2);
        _node.Rows(_node.Data).ShouldBe("live rows");
    }

    [Fact]
    public void A_copy_of_another_version_is_not_swapped_in()
    {
        _node.HasCluster();
        var said = _node.Run("restore.sh", [], ("NOMAD_META_id", "r1"), ("NOMAD_META_set", Set), ("NOMAD_META_target", "latest"), ("PGN_VERSION", "16"));
        said.Code.ShouldBe(1);
        said.Error.ShouldContain("not of PostgreSQL 16");
        _node.Rows(_node.Data).ShouldBe("live rows");
    }
}

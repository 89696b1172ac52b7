using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>Going back: a kept directory as the source of a restore, a restore given up, a kept directory removed.</summary>
public sealed class UndoTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_kept_directory_comes_back_and_what_it_replaces_is_kept()
    {
        Restored(_node);
        var said = Undo(_node, "u1");
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldContain("restore u1: kept directory r1 is in place");
        ComeBack(_node);
        _node.Fake("targets").ShouldEndWith("recovery_target_timeline=current\n");
    }

    [Fact]
    public void Killed_anywhere_the_same_undo_goes_on() => Killed(every: 3);

    [Fact, Thorough]
    public void Killed_before_each_rename_the_same_undo_goes_on() => Killed(every: 1);

    private static void Killed(int every) => KillSweep.Of(every, 7, Restored, node => Undo(node, "u1"), node =>
    {
        var again = Undo(node, "u1");
        again.Code.ShouldBe(0, again.Error);
        ComeBack(node);
    });

    [Theory]
    [InlineData("archiving"), InlineData("copying"), InlineData("recovering"), InlineData("ready")]
    public void A_restore_is_given_up_before_its_swap(string phase)
    {
        _node.HasCluster();
        Directory.CreateDirectory(_node.Data + ".restore-r1");
        _node.HasRestore(("id", "r1"), ("source", "repository"), ("set", "set"), ("phase", phase));
        var said = Operate("cancel", "r1");
        said.Code.ShouldBe(0, said.Error);
        _node.Rows(_node.Data).ShouldBe("live rows");
        _node.Beside().ShouldBeEmpty();
        _node.Restore().ShouldBeEmpty();
        // Its id is spent.
        _node.RestoreOf("r1", "set").Output.ShouldContain("has already run");
        _node.Rows(_node.Data).ShouldBe("live rows");
    }

    [Fact]
    public void Between_the_renames_of_a_swap_the_live_directory_is_put_back()
    {
        _node.HasCluster();
        Directory.Move(_node.Data, _node.Data + ".kept-r1");
        Directory.CreateDirectory(_node.Data + ".restore-r1");
        _node.HasRestore(("id", "r1"), ("source", "repository"), ("set", "set"), ("phase", "swapping"));
        Operate("cancel", "r1").Code.ShouldBe(0);
        _node.Rows(_node.Data).ShouldBe("live rows");
        _node.Beside().ShouldBeEmpty();
    }

    [Fact]
    public void An_undo_that_is_given_up_puts_the_kept_directory_back()
    {
        Restored(_node);
        _node.SetFake("recovery", "fatal no\n");
        Undo(_node, "u1").Code.ShouldBe(1);
        Operate("cancel", "u1").Code.ShouldBe(0);
        _node.Rows(_node.Data).ShouldBe("rows of set");
        _node.Rows(_node.Data + ".kept-r1").ShouldBe("live rows");
    }

    [Theory]
    [InlineData("phase", "restored"), InlineData("phase", "started"), InlineData("strategy", "in-place")]
    public void What_cannot_be_given_up_is_refused(string key, string value)
    {
        _node.HasCluster();
        _node.HasRestore([("id", "r1"), ("source", "repository"), .. new[] { ("phase", "copying"), ("strategy", "beside") }.Where(p => p.Item1 != key), (key, value)]);
        Operate("cancel", "r1").Code.ShouldBe(3);
        _node.Restore()["id"].ShouldBe("r1");
    }

    [Fact]
    public void A_kept_directory_is_discarded_with_the_tablespaces_that_nobody_else_uses()
    {
        _node.HasCluster();
        var own = Tablespace(_node.Data + ".kept-r0", "1", _node.Data + ".tablespaces/r9/1");
        var shared = Tablespace(_node.Data + ".kept-r0", "2", _node.At("volume/elsewhere"));
        Tablespace(_node.Data, "2", _node.At("volume/elsewhere"));
        File.WriteAllText(Path.Combine(_node.Data + ".kept-r0", "PG_VERSION"), "15\n");

        Operate("discard", "r0").Code.ShouldBe(0);

        _node.Beside().ShouldBeEmpty();
        Directory.Exists(own).ShouldBeFalse();
        Directory.Exists(shared).ShouldBeTrue();
        Operate("discard", "r0").Code.ShouldBe(3);
        Operate("discard", "../main").Code.ShouldBe(2);
        _node.Rows(_node.Data).ShouldBe("live rows");
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void Its_WAL_elsewhere_goes_with_a_kept_directory_unless_another_one_uses_it(bool shared)
    {
        _node.HasCluster();
        var place = Directory.CreateDirectory(_node.At("elsewhere")).FullName;
        foreach (var name in (string[])["000000010000000000000007", "00000002.history", "theirs"])
            File.WriteAllText(Path.Combine(place, name), "");
        Directory.CreateDirectory(Path.Combine(place, "archive_status"));
        foreach (var directory in shared ? (string[])[".kept-r0", ".kept-r1"] : [".kept-r0"])
        {
            Directory.CreateDirectory(_node.Data + directory);
            File.CreateSymbolicLink(Path.Combine(_node.Data + directory, "pg_wal"), place);
        }

        Operate("discard", "r0").Code.ShouldBe(0);

        Directory.EnumerateFileSystemEntries(place).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(shared ? ["000000010000000000000007", "00000002.history", "archive_status", "theirs"] : ["theirs"]);
    }

    [Fact]
    public void A_kept_directory_that_is_a_link_is_emptied_where_it_leads_to()
    {
        _node.HasCluster();
        var place = Directory.CreateDirectory(_node.At("elsewhere", "main")).FullName;
        File.WriteAllText(Path.Combine(place, "PG_VERSION"), "15\n");
        File.CreateSymbolicLink(_node.Data + ".kept-r0", place);

        Operate("discard", "r0").Code.ShouldBe(0);

        Directory.EnumerateFileSystemEntries(place).ShouldBeEmpty();
        _node.Beside().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("paused", 0), InlineData("recovering", 0), InlineData("copying", 3), InlineData("restored", 3)]
    public void Only_what_waits_can_be_accepted(string phase, int code)
    {
        _node.HasRestore(("id", "r1"), ("phase", phase));
        Operate("accept", "r1").Code.ShouldBe(code);
        _node.Restore().GetValueOrDefault("accept", "").ShouldBe(code == 0 ? "true" : "");
    }

    [Theory]
    [InlineData("restored"), InlineData("recovering")]
    public void What_undo_brought_back_is_never_the_base_of_a_copy(string phase)
    {
        Restored(_node);
        if (phase == "recovering")
            _node.SetFake("recovery", "fatal no\n");
        Undo(_node, "u1");
        _node.Restore()["phase"].ShouldBe(phase);
        File.Delete(_node.At("fake", "recovery"));
        var said = _node.RestoreOf("r2", "other");
        said.Code.ShouldBe(phase == "restored" ? 0 : 3, said.Error);
        // Wherever they lie now, the rows that were kept are still there.
        Directory.GetFiles(_node.At("volume"), "rows", SearchOption.AllDirectories).Select(File.ReadAllText).ShouldContain("live rows");
    }

    private static void Restored(Node node)
    {
        node.HasCluster();
        node.RestoreOf("r1", "set").Code.ShouldBe(0);
        node.HasRestore(("id", "r1"), ("set", "set"), ("phase", "started"));
        File.Delete(node.At("fake", "targets"));
    }

    private static Said Undo(Node node, string id) => node.RestoreOf(id, "r1", "end", ("source", "r1"), ("timeline", "current"));

    private static void ComeBack(Node node)
    {
        node.Rows(node.Data).ShouldBe("live rows");
        node.Rows(node.Data + ".kept-u1").ShouldBe("rows of set");
        node.Beside().ShouldBe(["main.kept-u1"]);
        node.Restore()["phase"].ShouldBe("restored");
    }

    private static string Tablespace(string directory, string oid, string place)
    {
        var files = Directory.CreateDirectory(Path.Combine(place, "PG_15_202209061")).FullName;
        Directory.CreateDirectory(Path.Combine(directory, "pg_tblspc"));
        File.CreateSymbolicLink(Path.Combine(directory, "pg_tblspc", oid), place);
        return files;
    }

    private Said Operate(string operation, string argument) => _node.Run(
        "operate.sh", [], ("NOMAD_META_operation", operation), ("NOMAD_META_argument", argument));
}

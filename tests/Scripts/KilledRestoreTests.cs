using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>Kills the restore before each of its renames, which are its only points of no return, and does what an operator does then: the same
/// again. Whatever the moment, the set ends in place, the old rows are kept, and nothing lies around.</summary>
public sealed class KilledRestoreTests
{
    // Every so many is killed where not every one is.
    private const int Some = 3;

    [Fact]
    public void Killed_anywhere_the_same_restore_goes_on() => The_same_restore(Some);

    [Fact, Thorough]
    public void Killed_before_each_rename_the_same_restore_goes_on() => The_same_restore(1);

    private static void The_same_restore(int every)
    {
        SweepUntilWhole(
            every,
            node => node.HasCluster(),
            (node, id) => node.RestoreOf(id, "one"), node =>
            {
                node.Rows(node.Data).ShouldBe("rows of one");
                node.Beside().ShouldBe(["main.kept-r1"]);
                node.Rows(node.Data + ".kept-r1").ShouldBe("live rows");
            });
    }

    [Fact, Thorough]
    public void Killed_before_each_rename_while_it_replaces_a_restore_that_was_never_started_it_goes_on()
    {
        SweepUntilWhole(
            1,
            node =>
            {
                node.HasCluster();
                node.RestoreOf("r0", "zero").Code.ShouldBe(0);
            },
            (node, id) => node.RestoreOf(id, "one"), node =>
            {
                node.Rows(node.Data).ShouldBe("rows of one");
                node.Rows(node.Data + ".kept-r0").ShouldBe("live rows");
                node.Beside().ShouldBe(["main.kept-r0"]);
            });
    }

    [Fact, Thorough]
    public void Killed_before_each_rename_while_it_replaces_a_restore_that_was_given_up_it_goes_on()
    {
        SweepUntilWhole(
            1,
            node =>
            {
                node.HasCluster();
                node.SetFake("kill-in-copy", "");
                node.RestoreOf("r0", "zero").Code.ShouldBe(Said.Killed);
            },
            (node, id) => node.RestoreOf(id, "one"), node =>
            {
                node.Rows(node.Data).ShouldBe("rows of one");
                node.Beside().Count.ShouldBe(1);
                node.Rows(node.At("volume/15", node.Beside()[0])).ShouldBe("live rows");
            });
    }

    private static void SweepUntilWhole(int every, Action<Node> given, Func<Node, string, Said> restore, Action<Node> holds) => KillSweep.Of(
        every, 7, given,
        node =>
        {
            var whole = restore(node, "r1");
            whole.Code.ShouldBe(0, whole.Error);
            holds(node);
            return whole;
        },
        node =>
        {
            // As the planner decides: an unfinished restore of this set goes on under its id, any other is replaced.
            var state = node.Restore();
            var id = state.GetValueOrDefault("set") == "one" && state["phase"] != "started" ? state["id"] : "r2";
            var again = restore(node, id);
            again.Code.ShouldBe(0, again.Error);
            if (id == "r1")
                holds(node);
            else
                node.Rows(node.Data).ShouldBe("rows of one");
            node.Beside().ShouldNotContain(d => d.Contains(".restore-"));
        });
}

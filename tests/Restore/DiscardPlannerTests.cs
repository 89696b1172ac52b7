using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

public class DiscardPlannerTests
{
    private const string Old = "20261121-150000";
    private const string New = "20261122-150000";

    [Theory]
    [InlineData(Old, new[] { Old }), InlineData("all", new[] { Old, New })]
    public void What_is_named_is_removed_oldest_first(string id, string[] removed)
    {
        var plan = Make(id, null);
        plan.Steps.Cast<DiscardKept>().Select(s => s.Id).ShouldBe(removed);
        plan.Notes[0].ShouldBe($"/var/lib/postgresql/15/main.kept-{Old}: 800 MB, set aside 2 d 0 h ago");
        plan.Notes[^1].ShouldBe("removed directories cannot be restored by Undo");
    }

    [Fact]
    public void Of_nothing_all_is_nothing() => DiscardPlanner.Make(Given.Running, "all", Given.Noon).Steps.ShouldBeEmpty();

    [Fact]
    public void What_a_fresh_restore_replaced_is_removed_with_a_warning() =>
        Make(New, Given.Restore("restored")).Notes[^1].ShouldStartWith($"warning: restore {New} is not finished (restored)");

    [Fact]
    public void What_an_unfinished_restore_does_not_need_makes_room() => Make(Old, Given.Restore("copying")).Steps.Count.ShouldBe(1);

    [Theory]
    [InlineData("nope", "", "there is no kept directory nope; there are 20261122-150000, 20261121-150000", "./build.sh Status")]
    [InlineData(New, "swapping", "restore 20261122-150000 is unfinished (phase swapping) and needs kept directory 20261122-150000", "./build.sh Restore")]
    [InlineData("all", "undo", "and needs kept directory 20261121-150000", "./build.sh Undo")]
    public void A_guard_says_no(string id, string phase, string reason, string next) => Guards.ShouldRefuse(
        () => Make(id, phase switch { "" => null, "undo" => Given.Restore("recovering", Old, "end") with { Id = "other", Source = Old }, _ => Given.Restore(phase) }),
        reason, next);

    private static ProcedurePlan Make(string id, RestoreState? restore) => DiscardPlanner.Make(
        Given.With(n => n with { Kept = [Given.Kept(New, 1), Given.Kept(Old, 2)], Restore = restore }), id, Given.Noon);
}

using Runbook.Cluster;
using Runbook.Steps;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

public class RestoreWordsTests
{
    public static TheoryData<RestoreState, string> Commands => new()
    {
        { Of("immediate"), "./build.sh Restore --backup-set A" },
        { Of(""), "./build.sh Restore --backup-set A" },
        { Of("immediate") with { Timeline = "1" }, "./build.sh Restore --backup-set A" },
        { Of("latest"), "./build.sh Restore --backup-set A --recovery-target latest" },
        { Of("latest") with { Timeline = "3" }, "./build.sh Restore --backup-set A --recovery-target latest --target-timeline 3" },
        { Of("time", "2026-11-22 14:03:00+00"), "./build.sh Restore --backup-set A --target-time '2026-11-22 14:03:00Z'" },
        { Of("time", "2026-11-22 14:03:00.5+00:00"), "./build.sh Restore --backup-set A --target-time '2026-11-22 14:03:00.5Z'" },
        { Of("lsn", "0/5000028") with { Exclusive = true }, "./build.sh Restore --backup-set A --target-lsn 0/5000028 --target-exclusive" },
        { Of("xid", "812") with { Pause = true }, "./build.sh Restore --backup-set A --target-xid 812 --pause" },
        { Of("name", "before it's late") with { Strategy = RestoreStrategy.Online }, "./build.sh Restore --backup-set A --target-name 'before it'\\''s late' --online" },
        { Of("immediate") with { Strategy = RestoreStrategy.InPlace }, "./build.sh Restore --backup-set A --in-place" },
        { Of("end") with { Source = "20261122-150000" }, "./build.sh Undo" },
        { Of("time", "x") with { Phase = "paused", Pause = true }, "./build.sh Accept" },
    };

    [Theory, MemberData(nameof(Commands))]
    public void A_restore_is_taken_up_by_the_command_that_began_it(RestoreState restore, string command) =>
        RestoreWords.RestoreAgain(restore).ShouldBe(command);

    [Theory]
    [InlineData("copying", "repository", "./build.sh Restore --backup-set A"), InlineData("paused", "repository", "./build.sh Accept")]
    [InlineData("restored", "repository", "./build.sh Revert"), InlineData("started", "repository", "./build.sh Revert")]
    [InlineData("restored", "r0", "./build.sh Undo"), InlineData("recovering", "r0", "./build.sh Undo")]
    public void What_is_due_depends_on_the_phase(string phase, string source, string command) =>
        RestoreWords.Due(Of("immediate") with { Phase = phase, Source = source }).ShouldBe(command);

    [Theory]
    [InlineData("2026-11-22 14:02:58.129+00", "2026-11-22 14:02:58.12Z"), InlineData("2026-11-22T14:02:58.123456Z", "2026-11-22 14:02:58.12Z")]
    [InlineData("2026-11-22 16:02:58+02", "2026-11-22 14:02:58Z"), InlineData("2026-11-22 14:02:58", "2026-11-22 14:02:58Z"), InlineData("soon", "soon")]
    public void A_moment_that_the_node_told_is_shown_in_UTC(string told, string shown) => Reached.Moment(told).ShouldBe(shown);

    [Fact]
    public void The_point_reached_stands_beside_the_one_asked_for()
    {
        var restore = Of("time", "2026-11-22 14:03:00+00") with { ReachedLsn = "0/5000028", ReachedTime = "2026-11-22 14:02:58.12+00", ReachedTimeline = "3" };
        Reached.Line(restore).ShouldBe("reached: last commit 2026-11-22 14:02:58.12Z, WAL 0/5000028, timeline 3 (asked for: time 2026-11-22 14:03:00Z)");
        Reached.Line(restore with { ReachedTime = "", Exclusive = true })
            .ShouldBe("reached: no commit replayed, WAL 0/5000028, timeline 3 (asked for: time 2026-11-22 14:03:00Z, exclusive)");
        Reached.Line(Of("latest")).ShouldBeEmpty();
    }

    [Fact]
    public void One_that_is_paused_says_where_it_stands() =>
        Reached.Line(Of("latest"), new RestoreProgress("0/5000028", "2026-11-22T14:02:58Z", "", null))
            .ShouldBe("paused at: last commit 2026-11-22 14:02:58Z, WAL 0/5000028 (asked for: latest)");

    [Fact]
    public void An_order_is_read_back_from_the_state()
    {
        var order = ResumedOrder.Of(Of("lsn", "0/5000028") with { Exclusive = true, Timeline = "3", Strategy = RestoreStrategy.Online, Pause = true, Expect = "0/6" });
        order.ShouldBe(new RestoreOrder
        {
            Id = Given.Restore("copying").Id, Set = "A", Target = new RecoveryTarget(TargetKind.Lsn, "0/5000028", Exclusive: true), Timeline = "3",
            Strategy = RestoreStrategy.Online, Pause = true, Expect = "0/6",
        });
    }

    private static RestoreState Of(string target, string value = "") => Given.Restore("copying", "A", target) with { Value = value };
}

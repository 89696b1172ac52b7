using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

/// <summary>The set ends at 12:01, at 0/5000100; the archive holds segments 4 to 9; it is 16:00.</summary>
public class RestoreWindowTests
{
    private static readonly ArchiveFacts Gapped = GivenRestore.Archive.Without(7);

    private static readonly LastCommit Last = new(Given.Noon.AddHours(2).AddMicroseconds(250_000), "000000010000000000000009");

    [Theory]
    // While the server serves, its WAL goes on up to now.
    [InlineData(true, "12:01:01", false), InlineData(true, "14:30:00", false), InlineData(true, "16:00:00", false)]
    // Else PostgreSQL needs a commit behind the target to stop at.
    [InlineData(false, "12:01:01", false), InlineData(false, "14:00:00.249999", false), InlineData(false, "14:00:00.25", true)]
    public void A_time_within_the_window_is_possible(bool serves, string time, bool exclusive) =>
        Should.NotThrow(() => Make(serves, GivenRestore.Time(time, exclusive)));

    [Theory]
    [InlineData(true, "16:00:00.000001", "2026-11-22 16:00:00.000001Z (17:00:00.000001 local) is in the future; restorable: from 2026-11-22 12:01:00Z (20261122-140000F) to before now (2026-11-22 16:00:00Z)")]
    [InlineData(false, "16:01:00", "is in the future")]
    [InlineData(false, "14:00:00.25", "2026-11-22 14:00:00.25Z (15:00:00.25 local) is after the last commit; restorable: from 2026-11-22 12:01:00Z (20261122-140000F) to before 2026-11-22 14:00:00.25Z (15:00:00.25 local)")]
    [InlineData(false, "15:00:00", "is after the last commit")]
    public void A_time_behind_it_is_refused_with_the_window_and_the_nearest_points(bool serves, string time, string reason) => Guards.ShouldRefuse(
        () => Make(serves, GivenRestore.Time(time)), reason,
        $"./build.sh Restore --recovery-target latest for all that is left, or --backup-set {Given.Label} for the end of the newest set");

    // On a new host nobody can look into the WAL; when it was archived still tells what cannot be in it.
    [Theory]
    [InlineData("12:01:01", true), InlineData("23:59:59", false)]
    public void On_a_new_host_the_archive_tells_the_window(string time, bool possible)
    {
        var archive = GivenRestore.Archive;
        var look = GivenRestore.Look(archive) with { CommitsUnknown = true, Now = Given.Noon.AddHours(13) };
        void Try() => GivenRestore.Make(Given.Stopped with { Node = Given.Stopped.Node! with { DataPresent = false } }, GivenRestore.Time(time), look);
        if (possible)
            Should.NotThrow(Try);
        else
            Guards.ShouldRefuse(Try, "is after the last archived WAL", $"./build.sh Restore --recovery-target latest for all that is left, or --backup-set {Given.Label} for the end of the newest set");
    }

    [Fact]
    public void Another_timeline_than_the_servers_own_has_ended()
    {
        var fork = new TimelineFork(2, 1, 0x9000000);
        var archive = GivenRestore.Archive.And(GivenRestore.Wal(2, 9, 9, fork));
        var facts = Given.With(n => n with { Timeline = 2 });
        Should.NotThrow(() => GivenRestore.Make(facts, GivenRestore.Time("15:00:00"), GivenRestore.Look(archive, Last)));
        Guards.ShouldRefuse(
            () => GivenRestore.Make(facts, GivenRestore.Time("15:00:00") with { Timeline = "1" }, GivenRestore.Look(archive, Last)),
            "is after the last commit", "--recovery-target latest --target-timeline 1");
    }

    public static TheoryData<ArchiveFacts, LastCommit?, string> Uncertain => new()
    {
        { GivenRestore.Archive, null, "no commit is left from after the end of the first backup set (20261122-140000F, 2026-11-22 12:01:00Z)" },
        { GivenRestore.Archive, new LastCommit(Given.Noon, ""), "no commit is left from after the end of the first backup set" },
        { GivenRestore.Wal(1, 4, 99), null, "there is no commit in the newest 64 WAL segments (000000010000000000000024 to 000000010000000000000063)" },
    };

    [Theory, MemberData(nameof(Uncertain))]
    public void Without_a_commit_recovery_has_nothing_to_stop_at(ArchiveFacts archive, LastCommit? last, string reason) => Guards.ShouldRefuse(
        () => GivenRestore.Make(Given.Stopped, GivenRestore.Time("13:00:00"), GivenRestore.Look(archive, last)), reason, "--recovery-target latest");

    [Theory]
    [InlineData(false, "0/5000100"), InlineData(false, "0/9FFFFFF"), InlineData(true, "0/A000000")]
    public void A_position_within_the_window_is_possible(bool serves, string position) => Should.NotThrow(() => Make(serves, GivenRestore.To("lsn", position)));

    [Theory]
    [InlineData(false, "0/A000000"), InlineData(true, "0/A000001"), InlineData(true, "1/0")]
    public void A_position_behind_it_is_refused(bool serves, string position) => Guards.ShouldRefuse(
        () => Make(serves, GivenRestore.To("lsn", position)),
        $"WAL position {position} is after the end of all WAL; restorable: from 0/5000100 (20261122-140000F) to before 0/A000000", "--recovery-target latest");

    [Theory]
    [InlineData("lsn", "0/6FFFFFF"), InlineData("time", "2026-11-22 13:59:59+00"), InlineData("xid", "777"), InlineData("name", "a"), InlineData("immediate", "")]
    public void A_target_before_a_gap_is_possible(string kind, string value) =>
        Should.NotThrow(() => GivenRestore.Make(Given.Running, GivenRestore.To(kind, value), GivenRestore.Look(Gapped, Last)));

    [Theory]
    [InlineData("latest", ""), InlineData("lsn", "0/7000000"), InlineData("lsn", "0/8000000"), InlineData("time", "2026-11-22 15:00:00+00")]
    public void A_target_behind_a_gap_is_refused_although_the_server_runs(string kind, string value) => Guards.ShouldRefuse(
        () => GivenRestore.Make(Given.Running, GivenRestore.To(kind, value), GivenRestore.Look(Gapped, Last)),
        "WAL segment 000000010000000000000007 is missing while later ones are there: recovery cannot get past 0/7000000; the last commit before it is of 2026-11-22 14:00:00.25Z (15:00:00.25 local)",
        $"./build.sh Restore --target-lsn 0/6000000, the last segment before it (any position below 0/7000000); or ./build.sh Restore --backup-set {Given.Label}, the end of the set before it");

    [Fact]
    public void Without_a_commit_the_arrival_of_the_last_segment_is_told() => Guards.ShouldRefuse(
        () => GivenRestore.Make(Given.Running, GivenRestore.To("latest"), GivenRestore.Look(Gapped)),
        "the last segment before it was archived 2026-11-22 12:06:00Z", "--target-lsn 0/6000000");

    [Theory]
    [InlineData("latest", "", "./build.sh Restore --recovery-target latest --backup-set B, which begins after it; or ")]
    [InlineData("lsn", "0/8500000", "./build.sh Restore --backup-set B, whose end is after it; or ")]
    public void A_set_behind_the_gap_is_a_way_out(string kind, string value, string next) => Guards.ShouldRefuse(
        () => GivenRestore.Make(
            GivenRestore.WithSets(Given.Set, GivenRestore.Set("B", 30, 1, 9)), GivenRestore.To(kind, value) with { BackupSet = Given.Label }, GivenRestore.Look(Gapped)),
        "000000010000000000000007 is missing", next);

    [Fact]
    public void The_newest_set_lies_behind_the_gap_by_itself() => Should.NotThrow(
        () => GivenRestore.Make(GivenRestore.WithSets(Given.Set, GivenRestore.Set("B", 30, 1, 9)), GivenRestore.To("latest"), GivenRestore.Look(Gapped)));

    [Theory]
    // serves, kind; whether the last commit is looked for with whole WAL, and with a gap in it
    [InlineData(true, "time", false, true), InlineData(false, "time", true, true), InlineData(true, "latest", false, true), InlineData(false, "latest", false, true)]
    [InlineData(false, "lsn", false, false), InlineData(false, "xid", false, false), InlineData(false, "name", false, false), InlineData(false, "immediate", false, false)]
    public void WAL_is_read_only_where_the_answer_hangs_on_it(bool serves, string kind, bool whole, bool gapped)
    {
        var facts = serves ? Given.Running : Given.Stopped;
        var request = GivenRestore.To(kind, kind switch { "time" => "2026-11-22 13:00:00+00", "lsn" => "0/6000000", _ => "7" });
        bool Asks(ArchiveFacts archive) => !RestorePlanner.Unsettled(facts, request, GivenRestore.Choose(facts, request, archive), archive).IsEmpty;
        (Asks(GivenRestore.Archive), Asks(Gapped)).ShouldBe((whole, gapped));
    }

    [Fact]
    public void What_is_beyond_the_end_cannot_be_told_of_a_transaction_but_a_gap_is_said()
    {
        var notes = GivenRestore.Make(Given.Running, GivenRestore.To("xid", "777"), GivenRestore.Look(Gapped)).Procedure.Notes;
        notes.ShouldContain("WAL segment 000000010000000000000007 is missing: recovery gets no further than 0/7000000, and ends with an error if the target is after it");
        notes.ShouldContain("it is not known beforehand where transaction 777 is: if before 2026-11-22 12:01:00Z, name an older set with --backup-set");
    }

    private static RestorePlan Make(bool serves, RestoreRequest request) =>
        GivenRestore.Make(serves ? Given.Running : Given.Stopped, request, GivenRestore.Look(last: serves ? null : Last));
}

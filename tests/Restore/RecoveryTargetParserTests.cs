using Runbook;
using Runbook.Cluster;
using Runbook.Restore;
using Shouldly;
using Xunit;

namespace Tests.Restore;

public class RecoveryTargetParserTests
{
    [Fact]
    public void The_newest_set_alone_loses_nothing() =>
        RecoveryTargetParser.Parse(new TargetWords { BackupSet = "latest" }).ShouldBe(new RestoreRequest("latest", RecoveryTarget.Latest));

    [Fact]
    public void A_set_that_is_named_alone_is_recovered_to_its_own_end() =>
        RecoveryTargetParser.Parse(new TargetWords { BackupSet = "20261122-140000F" }).ShouldBe(new RestoreRequest("20261122-140000F", RecoveryTarget.Immediate));

    [Theory]
    [InlineData("latest"), InlineData("20261122-140000F")]
    public void Another_end_is_said_for_either(string set)
    {
        foreach (var (word, target) in new[] { (RestoreTarget.Immediate, RecoveryTarget.Immediate), (RestoreTarget.Latest, RecoveryTarget.Latest) })
            RecoveryTargetParser.Parse(new TargetWords { BackupSet = set, RecoveryTarget = word }).ShouldBe(new RestoreRequest(set, target));
    }

    [Fact]
    public void Everything_is_recovered_along_a_timeline_that_is_named() =>
        RecoveryTargetParser.Parse(new TargetWords { BackupSet = "latest", Timeline = "2" }).ShouldBe(new RestoreRequest("latest", RecoveryTarget.Latest) { Timeline = "2" });

    public static TheoryData<TargetWords, string, TargetKind, string> Targets => new()
    {
        // words; set, kind, value
        { new() { RecoveryTarget = RestoreTarget.Immediate }, "", TargetKind.Immediate, "" },
        { new() { RecoveryTarget = RestoreTarget.Latest }, "", TargetKind.Latest, "" },
        { new() { RecoveryTarget = RestoreTarget.Latest, BackupSet = "latest" }, "latest", TargetKind.Latest, "" },
        { new() { RecoveryTarget = RestoreTarget.Latest, BackupSet = "A" }, "A", TargetKind.Latest, "" },
        { new() { Time = "2026-11-22 14:03Z" }, "", TargetKind.Time, "2026-11-22 14:03:00+00" },
        { new() { Time = "2026-11-22 14:03Z", BackupSet = "latest" }, "", TargetKind.Time, "2026-11-22 14:03:00+00" },
        { new() { Time = "2026-11-22 14:03Z", BackupSet = "A" }, "A", TargetKind.Time, "2026-11-22 14:03:00+00" },
        { new() { Lsn = "16/b374d848" }, "", TargetKind.Lsn, "16/B374D848" },
        { new() { Lsn = "0/03000028", BackupSet = "latest" }, "", TargetKind.Lsn, "0/3000028" },
        { new() { Xid = "3" }, "", TargetKind.Xid, "3" },
        { new() { Xid = "4294967295", BackupSet = "latest" }, "latest", TargetKind.Xid, "4294967295" },
        { new() { Name = "before release 7" }, "", TargetKind.Name, "before release 7" },
        { new() { Name = "vor der Änderung", BackupSet = "A" }, "A", TargetKind.Name, "vor der Änderung" },
    };

    [Theory, MemberData(nameof(Targets))]
    public void Each_word_says_where_recovery_ends(TargetWords words, string set, TargetKind kind, string value) =>
        RecoveryTargetParser.Parse(words).ShouldBe(new RestoreRequest(set, new RecoveryTarget(kind, value)));

    [Theory]
    [InlineData("2026-11-22 14:03Z", "", ""), InlineData("", "0/3000028", ""), InlineData("", "", "777")]
    public void A_point_can_be_excluded(string time, string lsn, string xid) =>
        RecoveryTargetParser.Parse(new TargetWords { Time = time, Lsn = lsn, Xid = xid, Exclusive = true }).Target.Exclusive.ShouldBeTrue();

    [Theory]
    [InlineData("7", "7"), InlineData("007", "7"), InlineData("current", "current"), InlineData("Latest", "latest"), InlineData("4294967295", "4294967295")]
    public void A_timeline_is_a_number_or_a_word(string word, string timeline) =>
        RecoveryTargetParser.Parse(new TargetWords { RecoveryTarget = RestoreTarget.Latest, Timeline = word }).Timeline.ShouldBe(timeline);

    [Theory]
    [InlineData(false, false, false, RestoreStrategy.Beside), InlineData(true, false, true, RestoreStrategy.Online)]
    [InlineData(false, true, false, RestoreStrategy.InPlace), InlineData(false, false, true, RestoreStrategy.Beside)]
    public void Strategy_and_pause_are_words_of_their_own(bool online, bool inPlace, bool pause, RestoreStrategy strategy)
    {
        var request = RecoveryTargetParser.Parse(new TargetWords { BackupSet = "latest", Online = online, InPlace = inPlace, Pause = pause });
        (request.Strategy, request.Pause).ShouldBe((strategy, pause));
    }

    public static TheoryData<TargetWords, string> Wrong => new()
    {
        { new(), "no recovery target given: --backup-set latest for everything, --backup-set LABEL for the end of that set, or one of --recovery-target immediate|latest, --target-time" },
        { new() { Pause = true }, "no recovery target given" },
        { new() { Time = "2026-11-22 14:03Z", Lsn = "0/1" }, "--target-time and --target-lsn each set the recovery target: give one of them" },
        { new() { RecoveryTarget = RestoreTarget.Immediate, Xid = "9", Name = "a" }, "--recovery-target and --target-xid and --target-name each set the recovery target" },
        { new() { Time = "2026-11-22 14:03" }, "--target-time: 2026-11-22 14:03 has no time zone; write 2026-11-22 14:03Z or 2026-11-22 14:03+01:00" },
        { new() { Lsn = "0" }, "--target-lsn: 0 is no WAL position; write two halves in hex, such as 16/B374D848" },
        { new() { Lsn = "0/0" }, "--target-lsn: 0/0 is no WAL position" },
        { new() { Lsn = "0/123456789" }, "is no WAL position" },
        { new() { Xid = "2" }, "--target-xid: 2 is no transaction id; write a number from 3 to 4294967295" },
        { new() { Xid = "4294967296" }, "of a 64-bit one its value modulo 2^32" },
        { new() { Xid = "-5" }, "-5 is no transaction id" },
        { new() { Xid = "0x1F" }, "0x1F is no transaction id" },
        { new() { Name = "a'b" }, "--target-name: a name with a quote, a backslash or a control character cannot be used" },
        { new() { Name = "a\\b" }, "with a quote, a backslash" },
        { new() { Name = "a\nb" }, "a control character" },
        { new() { Name = " " }, "a name that is blank" },
        { new() { Name = new string('x', 64) }, "longer than 63 bytes" },
        { new() { Name = new string('ä', 32) }, "longer than 63 bytes" },
        { new() { BackupSet = "latest", Exclusive = true }, "--target-exclusive goes with --target-time, --target-lsn or --target-xid" },
        { new() { Name = "a", Exclusive = true }, "--target-exclusive goes with" },
        { new() { RecoveryTarget = RestoreTarget.Latest, Exclusive = true }, "--target-exclusive goes with" },
        { new() { BackupSet = "A", Timeline = "current" }, "--target-timeline does not go with the end of a set" },
        { new() { RecoveryTarget = RestoreTarget.Immediate, Timeline = "2" }, "--target-timeline does not go with the end of a set" },
        { new() { RecoveryTarget = RestoreTarget.Latest, Timeline = "newest" }, "--target-timeline: newest is no timeline; write its number, current (the set's own) or latest" },
        { new() { RecoveryTarget = RestoreTarget.Latest, Timeline = "0" }, "0 is no timeline" },
        { new() { RecoveryTarget = RestoreTarget.Latest, Timeline = "0x2" }, "0x2 is no timeline" },
        { new() { BackupSet = "latest", Online = true, InPlace = true }, "--online and --in-place exclude each other" },
        { new() { BackupSet = "latest", InPlace = true, Pause = true }, "--in-place and --pause exclude each other" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void Words_that_do_not_say_one_thing_are_refused(TargetWords words, string problem)
    {
        var wrong = Should.Throw<RunbookException>(() => RecoveryTargetParser.Parse(words));
        (wrong.Code, wrong.State).ShouldBe((ExitCode.WrongUse, "nothing was changed"));
        wrong.Message.ShouldContain(problem);
        wrong.Next.ShouldStartWith("./build.sh ");
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once() => Should.Throw<RunbookException>(() => RecoveryTargetParser.Parse(
        new TargetWords { Time = "noon", Lsn = "x", Timeline = "x", Online = true, InPlace = true, Pause = true })).Message.Split('\n').ShouldBe(
    [
        "these options do not fit together:",
        "  --target-time: noon is no moment; write 2026-11-22 14:03:00Z or 2026-11-22T15:03:00+01:00",
        "  --target-lsn: x is no WAL position; write two halves in hex, such as 16/B374D848",
        "  --target-time and --target-lsn each set the recovery target: give one of them",
        "  --target-timeline: x is no timeline; write its number, current (the set's own) or latest",
        "  --online and --in-place exclude each other: the live directory either serves or is overwritten",
        "  --in-place and --pause exclude each other: there is nothing to return to afterwards",
    ]);
}

using System.Collections.Immutable;
using System.Globalization;
using Runbook.Backups;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Backups;

/// <summary>
/// Three full sets that end in the hours 1, 4 and 7, at the segments 1, 4 and 7; the segments up to 9, each archived in the hour of its number. An hour is
/// written as a number.
/// </summary>
public class RepositoryAuditTests
{
    private static readonly ImmutableArray<BackupSet> Sets = [Full(1), Full(4), Full(7)];

    [Fact]
    public void A_whole_repository_has_no_problem_and_can_be_restored_to_any_moment()
    {
        var found = Judge();
        found.IsWhole.ShouldBeTrue();
        (Text(found.Restorable), Text(found.Lost), found.Segments).ShouldBe(("1-9", "", 9));
        found.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void A_segment_that_is_missing_between_two_sets_costs_the_time_up_to_the_next_one()
    {
        var problem = Judge(archive: Archive(1, 2, 3, 4, 6, 7, 8, 9)).Problems.ShouldHaveSingleItem();
        problem.What.ShouldBe("WAL segment 000000010000000000000005 is missing");
        problem.Sets.ShouldBeEmpty();
        Text(problem.Lost).ShouldBe("4-7");
        problem.Next.ShouldContain($"{Label(7)} begins after it");
    }

    [Fact]
    public void Behind_the_last_set_it_costs_all_time_that_follows_and_asks_for_a_full_backup()
    {
        var found = Judge(archive: Archive(1, 2, 3, 4, 5, 6, 7, 9));
        var problem = found.Problems.ShouldHaveSingleItem();
        Text(problem.Lost).ShouldBe("7-9");
        problem.Next.ShouldBe("./build.sh Backup --backup-type full: from its end on every moment can be restored again");
        (Text(found.Restorable), Text(found.Lost)).ShouldBe(("1-7", "7-9"));
    }

    [Fact]
    public void Segments_next_to_each_other_are_one_problem_and_apart_they_are_two()
    {
        var found = Judge(archive: Archive(1, 2, 4, 7, 8, 9));
        found.Problems.Select(p => p.What).ShouldBe(
            ["WAL segment 000000010000000000000003 is missing", "2 WAL segments, 000000010000000000000005 to 000000010000000000000006, are missing"]);
        found.Problems.Select(p => Text(p.Lost)).ShouldBe(["2-4", "4-7"]);
        (Text(found.Restorable), Text(found.Lost)).ShouldBe(("1-2 4-4 7-9", "2-4 4-7"));
    }

    [Fact]
    public void A_set_without_its_own_segment_cannot_be_restored_but_an_older_one_reaches_over_it()
    {
        var problem = Judge(archive: Archive(1, 2, 3, 5, 6, 7, 8, 9)).Problems.ShouldHaveSingleItem();
        problem.Sets.ShouldBe([Label(4)]);
        // Recovery from the first set ends there, too.
        Text(problem.Lost).ShouldBe("3-7");
    }

    [Theory]
    [InlineData(1, "1-4", "./build.sh Expire --backup-set LABEL")]
    [InlineData(4, "", "./build.sh Expire --backup-set LABEL")]
    [InlineData(7, "", "./build.sh Backup --backup-type full, then ./build.sh Expire --backup-set LABEL")]
    public void A_damaged_set_costs_what_no_older_set_reaches(int hour, string lost, string next)
    {
        var problem = Judge(read: Read(false, $"{Label(hour)}/pg_data/base/5/1255.zst: invalid checksum")).Problems.ShouldHaveSingleItem();
        problem.What.ShouldBe($"backup set {Label(hour)} has 1 damaged or missing file ({Label(hour)}/pg_data/base/5/1255.zst: invalid checksum)");
        problem.Sets.ShouldBe([Label(hour)]);
        Text(problem.Lost).ShouldBe(lost);
        problem.Next.ShouldBe(next.Replace("LABEL", Label(hour), StringComparison.Ordinal));
    }

    [Fact]
    public void Two_faults_together_cost_more_than_each_alone()
    {
        var found = Judge(archive: Archive(1, 2, 3, 4, 5, 7, 8, 9), read: Read(false, $"{Label(7)}/pg_data/x: invalid size"));
        found.Problems.Select(p => Text(p.Lost)).ShouldBe(["", "5-7"]);
        Text(found.Lost).ShouldBe("5-9");
    }

    [Fact]
    public void A_damaged_segment_is_as_good_as_none()
    {
        var problem = Judge(read: Read(false, "15-1/0000000100000000/000000010000000000000005-0123456789abcdef0123456789abcdef01234567.zst: invalid checksum")).Problems.ShouldHaveSingleItem();
        problem.What.ShouldBe("WAL segment 000000010000000000000005 is damaged (invalid checksum)");
        Text(problem.Lost).ShouldBe("4-7");
    }

    [Fact]
    public void A_set_that_uses_a_damaged_file_of_another_belongs_to_that_problem()
    {
        var incr = Full(5) with { Label = $"{Label(4)}_{Label(5)[..^1]}I", Type = BackupType.Incr, Prior = Label(4), References = [Label(4)] };
        var read = Read(false, $"{Label(4)}/pg_data/base/5/1255.zst: invalid checksum");
        read = read with { Sets = [.. read.Sets, new(incr.Label, "invalid", 1, new(0, 1, 0, 0))] };
        var problem = RepositoryAudit.Of(Evidence([.. Sets, incr], Archive(1, 2, 3, 4, 5, 6, 7, 8, 9)) with { Read = read }).Problems.ShouldHaveSingleItem();
        problem.Sets.ShouldBe([Label(4), incr.Label]);
        problem.What.ShouldEndWith($"; {incr.Label} uses what is damaged");
        problem.Next.ShouldEndWith(", which also takes the 1 that builds on it");
    }

    [Theory]
    [InlineData("manifest missing", "has lost its manifest"), InlineData("gone", "is gone, although the repository lists it"), InlineData("invalid", "has a manifest that cannot be read")]
    public void What_pgBackRest_calls_no_error_is_one(string status, string said)
    {
        var read = Read(ok: true);
        read = read with { Sets = [.. read.Sets.Where(s => s.Label != Label(1)).Concat(status == "gone" ? [] : [new(Label(1), status, 0, new(0, 0, 0, 0))])] };
        Judge(read: read).Problems.ShouldHaveSingleItem().What.ShouldContain(said);
    }

    [Fact]
    public void Pages_that_were_damaged_when_the_set_was_taken_are_a_problem_of_the_set() =>
        Judge(sets: [Sets[0], Sets[1] with { Error = true }, Sets[2]]).Problems.ShouldHaveSingleItem().What.ShouldContain("damaged pages");

    [Fact]
    public void A_set_that_was_expired_while_it_was_read_is_no_damage()
    {
        var read = Read(false, $"{Label(1)}/pg_data/x: file missing", "15-1/0000000100000000/000000010000000000000002-0123456789abcdef0123456789abcdef01234567: file missing");
        Judge(sets: [Sets[1], Sets[2]], read: read).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Where_only_the_newest_sets_keep_all_WAL_the_older_ones_need_their_own_alone()
    {
        var retention = new RetentionSettings { Archive = 1 };
        var found = Judge(archive: Archive(1, 4, 7, 8, 9), retention: retention);
        (found.IsWhole, Text(found.Restorable)).ShouldBe((true, "1-1 4-4 7-9"));
        Judge(archive: Archive(4, 7, 8, 9), retention: retention).Problems.ShouldHaveSingleItem().Sets.ShouldBe([Label(1)]);
        Judge(archive: Archive(1, 4, 7, 9), retention: retention).Problems.ShouldHaveSingleItem().Sets.ShouldBeEmpty();
        // Fewer backups than are counted: everything is kept.
        Judge(archive: Archive(1, 4, 5, 6, 7, 8, 9), retention: new() { Archive = 4 }).Problems.Length.ShouldBe(1);
    }

    [Fact]
    public void A_timeline_that_was_left_may_have_a_gap_but_not_in_what_a_set_needs()
    {
        // The way to timeline 2 left timeline 1 within segment 5; of timeline 1 the segments 6 and 8 are there.
        var archive = Archive(1, 2, 3, 4, 5, 6, 8) with { History = [new TimelineFork(2, 1, 0x5800000)] };
        archive = archive with { Archived = archive.Archived.Concat(Segments(2, 5, 6, 7)).ToDictionary() };
        var sets = ImmutableArray.Create(Full(1), Full(4), Full(7, timeline: 2));
        var found = RepositoryAudit.Of(Evidence(sets, archive) with { Timeline = 2 });
        found.Problems.ShouldBeEmpty();
        found.Notes.ShouldHaveSingleItem().ShouldStartWith("WAL segment 000000010000000000000007 is missing, on timeline 1, which the cluster has left");

        var left = RepositoryAudit.Of(Evidence([sets[0], sets[1], Full(7), sets[2]], archive) with { Timeline = 2 });
        left.Problems.ShouldHaveSingleItem().Sets.ShouldBe([Label(7)]);
        // The same segment on the way of the cluster is a gap.
        var gap = archive with { Archived = archive.Archived.Where(a => a.Key != "000000020000000000000006").ToDictionary() };
        RepositoryAudit.Of(Evidence(sets, gap) with { Timeline = 2 }).Problems.ShouldHaveSingleItem().What.ShouldBe("WAL segment 000000020000000000000006 is missing");
        var fork = archive with { Archived = archive.Archived.Where(a => a.Key != "000000020000000000000005").ToDictionary() };
        RepositoryAudit.Of(Evidence(sets, fork) with { Timeline = 2 }).Problems.ShouldHaveSingleItem().What.ShouldBe("WAL segment 000000020000000000000005 is missing");
    }

    [Fact]
    public void A_folder_of_before_an_upgrade_is_judged_by_itself()
    {
        var old = Sets[0] with { Label = "20261120-120000F", ArchiveId = "14-1", StartedAt = At(-40), FinishedAt = At(-40) };
        var evidence = Evidence([old, .. Sets], Archive(1, 2, 3, 4, 5, 6, 7, 8, 9));
        evidence = evidence with { Archives = evidence.Archives.Add("14-1", new ArchiveFacts { Archived = Segments(1, 1, 3).ToDictionary() }) };
        RepositoryAudit.Of(evidence).Problems.ShouldHaveSingleItem().What.ShouldBe("WAL segment 000000010000000000000002 is missing");
    }

    [Fact]
    public void An_empty_repository_and_one_that_could_not_be_read_are_not_whole()
    {
        RepositoryAudit.Of(Evidence([], new ArchiveFacts())).Problems.ShouldHaveSingleItem().What.ShouldContain("no backup set");
        RepositoryAudit.Of(Evidence(Sets, Archive(1, 2, 3, 4, 5, 6, 7, 8, 9)) with { Failure = "exit code 63" }).Problems.ShouldHaveSingleItem().What.ShouldContain("exit code 63");
        Judge(archive: Archive(9) with { IsIncomplete = true }).Problems.ShouldHaveSingleItem().What.ShouldContain("could not be listed");
        Judge(read: new VerifyVerdict(false, [], [], [], ["No usable backup.info file"])).Problems.ShouldHaveSingleItem().What.ShouldBe("No usable backup.info file");
        Judge(read: new VerifyVerdict(null, [], [], [], [])).Problems.ShouldHaveSingleItem().What.ShouldBe("pgBackRest came to no result");
    }

    [Fact]
    public void Beside_others_a_repository_is_named_in_the_next_command() => RepositoryAudit.Of(
        Evidence(Sets, Archive(1, 2, 3, 4, 5, 6, 7, 9)) with { Number = 2, Several = true }).Problems.Single().Next.ShouldContain("--repository 2");

    [Fact]
    public void What_one_repository_lost_another_may_still_have()
    {
        var first = Judge(archive: Archive(1, 2, 3, 4, 5, 6, 7, 9));
        Text(RepositoryFindings.LostEverywhere([first, Judge()])).ShouldBe("");
        Text(RepositoryFindings.LostEverywhere([first, Judge(archive: Archive(1, 3, 4, 5, 6, 7, 8, 9))])).ShouldBe("");
        Text(RepositoryFindings.LostEverywhere([first, Judge(sets: [Sets[0]], archive: Archive(1, 2, 3, 4, 5, 6, 7, 9))])).ShouldBe("7-9");
    }

    private static RepositoryFindings Judge(
        ImmutableArray<BackupSet>? sets = null, ArchiveFacts? archive = null, VerifyVerdict? read = null, RetentionSettings? retention = null) =>
        RepositoryAudit.Of(Evidence(sets ?? Sets, archive ?? Archive(1, 2, 3, 4, 5, 6, 7, 8, 9)) with
        {
            Read = read ?? Read(ok: true), Retention = retention ?? new(),
        });

    private static RepositoryEvidence Evidence(ImmutableArray<BackupSet> sets, ArchiveFacts archive) =>
        new(1, false, sets, new RetentionSettings(), ImmutableDictionary<string, ArchiveFacts>.Empty.Add("15-1", archive), 1);

    private static VerifyVerdict Read(bool ok, params string[] faulty)
    {
        var files = faulty.Select(f => f.Split(": ")).Select(f => new FaultyFile(f[0], f[1])).ToImmutableArray();
        return new VerifyVerdict(
            ok, [.. Sets.Select(s => files.Count(f => f.Set == s.Label) is var n and > 0 ? new VerifiedSet(s.Label, "invalid", 9, new(0, n, 0, 0)) : new(s.Label, "valid", 9, new(0, 0, 0, 0)))],
            [new VerifiedArchive("15-1", 9, new(0, files.Count(f => f.Segment.Length > 0), 0, 0))], files, []);
    }

    private static BackupSet Full(int hour, uint timeline = 1)
    {
        var wal = WalName.Of(timeline, (ulong)hour);
        return Given.Set with
        {
            Label = Label(hour), StartedAt = At(hour), FinishedAt = At(hour), WalStart = wal, WalStop = wal, LsnStop = $"0/{hour}000100",
        };
    }

    private static string Label(int hour) => At(hour).ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "F";

    private static DateTimeOffset At(int hour) => Given.Noon.AddHours(hour);

    private static ArchiveFacts Archive(params int[] segments) => new() { Archived = Segments(1, segments).ToDictionary() };

    private static IEnumerable<KeyValuePair<string, DateTimeOffset>> Segments(uint timeline, params int[] segments) =>
        segments.Select(n => KeyValuePair.Create(WalName.Of(timeline, (ulong)n), At(n)));

    private static string Text(IEnumerable<Period> periods) =>
        string.Join(' ', periods.Select(p => $"{(p.From - Given.Noon).TotalHours:0}-{(p.To - Given.Noon).TotalHours:0}"));
}

using System.Collections.Immutable;
using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Tests.Restore;
using Xunit;

namespace Tests.Checks;

public class GapRuleTests
{
    private static readonly TimelineFork Fork = new(2, 1, 0x5800000);

    public static TheoryData<string, HealthFacts, string> Stretches => new()
    {
        // what; first and last number of each gap
        { "whole", Wal(10, (1, 4, 9)), "" },
        { "WAL of before the first set does not matter", Wal(10, (1, 1, 1), (1, 4, 9)), "" },
        { "the first is missing", Wal(10, (1, 5, 9)), "4-4" },
        { "in the middle", Wal(10, (1, 4, 5), (1, 7, 9)), "6-6" },
        { "several", Wal(10, (1, 4, 5), (1, 7, 7), (1, 9, 9)), "6-6 8-8" },
        { "a long one", Wal(20, (1, 4, 5), (1, 12, 19)), "6-11" },
        { "dropped, and nothing archived since", Wal(10, (1, 4, 6)), "7-9" },
        { "what waits is not missing", Wal(10, (1, 4, 6)) with { Waits = [GivenHealth.Wal(1, 7, 9, 0, "-")] }, "" },
        { "some of it dropped, the rest waits", Wal(10, (1, 4, 6)) with { Waits = [GivenHealth.Wal(1, 8, 9, 0, "-")] }, "7-7" },
        { "what the server still writes is not missing", Wal(10, (1, 4, 9)), "" },
        { "a server that does not answer cannot tell the end", Wal(10, (1, 4, 6)) with { Server = null }, "" },
        { "but what comes before the newest is known", Wal(10, (1, 4, 6), (1, 8, 8)) with { Server = null }, "7-7" },
        { "over a fork", Wal(8, 2, (1, 4, 5), (2, 5, 7)), "" },
        { "the ancestor's WAL behind the fork does not count", Wal(9, 2, (1, 4, 9), (2, 5, 6)), "7-8" },
        { "the descendant's first segment is missing", Wal(8, 2, (1, 4, 9), (2, 6, 7)), "5-5" },
        { "nothing of the descendant yet", Wal(5, 2, (1, 4, 9)), "" },
        { "nothing of the descendant, and no server to ask", Wal(5, 2, (1, 4, 9)) with { Server = null }, "" },
        { "a timeline that was left is not the cluster's", Wal(8, 2, (1, 4, 5), (2, 5, 7), (3, 9, 9)), "" },
        { "another cluster's archive", Wal(10, (1, 4, 5)) with { Archived = [GivenHealth.Wal(1, 4, 5), GivenHealth.Wal(1, 6, 9, archiveId: "14-1")] }, "6-9" },
    };

    [Theory, MemberData(nameof(Stretches))]
    public void The_archive_is_walked_along_the_clusters_timeline(string what, HealthFacts health, string expected)
    {
        var look = GivenHealth.Node(n => n with { Health = health, Timeline = health.History.Count > 0 ? 2u : 1u });
        string.Join(' ', WalGaps.Of(look, health, 1).Select(g => $"{WalName.Number(g.First)}-{WalName.Number(g.Last)}")).ShouldBe(expected, what);
    }

    [Fact]
    public void Until_a_full_backup_begins_behind_it_a_gap_is_critical()
    {
        var finding = Find(Given.Set).ShouldHaveSingleItem();
        finding.Level.ShouldBe(HealthLevel.Critical);
        finding.Measured.ShouldBe("the repository: WAL segment 000000010000000000000007 is missing while later ones are there: recovery cannot get past 0/7000000 (2 segments, to 000000010000000000000008); "
            + "no time after 2026-11-22 12:06:00Z, when the last segment before it was archived, can be restored until a backup has been taken");
        finding.Next.ShouldBe("./build.sh Backup --backup-type full");
        finding.Measures.Select(m => (m.Metric.Name, m.Value)).ShouldBe([("wal_gaps", 1), ("wal_missing_segments", 2)]);
    }

    [Fact]
    public void An_incremental_backup_ends_what_is_lost_and_does_not_end_the_alarm()
    {
        var finding = Find(Given.Set, GivenRestore.Set("incr", 20, 1, 9, BackupType.Incr)).ShouldHaveSingleItem();
        finding.Level.ShouldBe(HealthLevel.Critical);
        finding.Measured.ShouldEndWith("; times after 2026-11-22 12:06:00Z, when the last segment before it was archived, and before 2026-11-22 12:20:00Z, the end of incr, cannot be restored");
    }

    [Fact]
    public void Behind_a_full_backup_it_is_a_warning_for_as_long_as_it_lies_inside_of_the_window()
    {
        var finding = Find(Given.Set, GivenRestore.Set("full", 20, 1, 9)).ShouldHaveSingleItem();
        (finding.Level, finding.Next).ShouldBe((HealthLevel.Warning, ""));
        finding.Threshold.ShouldBe("critical until a full backup begins after it, a warning for as long as backups of before it are kept");
        // The older ones have been expired.
        Find(GivenRestore.Set("full", 20, 1, 9)).Told().ShouldBe("Ok wal-gap: no WAL segment is missing in the repository | ");
    }

    [Fact]
    public void A_damaged_backup_behind_it_does_not_help() =>
        Find(Given.Set, GivenRestore.Set("full", 20, 1, 9) with { Error = true }).ShouldHaveSingleItem().Level.ShouldBe(HealthLevel.Critical);

    [Fact]
    public void A_set_that_needs_it_to_be_consistent_is_named()
    {
        var finding = Find(Given.Set, GivenRestore.Set("spoilt", 20, 1, 8)).ShouldHaveSingleItem();
        finding.Level.ShouldBe(HealthLevel.Critical);
        finding.Measured.ShouldEndWith("; spoilt cannot be restored without it");
    }

    [Fact]
    public void The_last_commit_before_it_tells_the_times_exactly()
    {
        var look = Gap(Given.Set) with
        {
            LastCommits = new Dictionary<string, LastCommit> { ["000000010000000000000007"] = new(Given.Noon.AddMinutes(5), "000000010000000000000006") },
        };
        GapRule.Of(look).ShouldHaveSingleItem().Measured.ShouldContain("; no time after 2026-11-22 12:05:00Z, the last commit before it, can be restored");
        HealthCheck.Gaps(look).ShouldHaveSingleItem().Before.ShouldBe(["000000010000000000000006", "000000010000000000000005", "000000010000000000000004"]);
    }

    [Fact]
    public void What_another_repository_has_is_missing_only_where_it_is()
    {
        var facts = GivenHealth.Facts with { Archived = [GivenHealth.Wal(1, 4, 6), GivenHealth.Wal(1, 9, 9), GivenHealth.Wal(1, 4, 9, 2, "15-2")] };
        var look = GivenHealth.Node(n => n with
        {
            Health = facts, Repository = Given.Repository with { Sets = [Given.Set, Given.Set with { Repository = 2, ArchiveId = "15-2" }] },
            Repositories = [GivenHealth.Status(1, 0), GivenHealth.Status(2, 0)],
        }, GivenHealth.Two);
        var findings = GapRule.Of(look).ToList();
        findings.Select(f => (f.Repository, f.Level)).ShouldBe([(1, HealthLevel.Warning), (2, HealthLevel.Ok)]);
        findings[0].Measured.ShouldContain("repository 1: WAL segment 000000010000000000000007 is missing");
        findings[0].Measured.ShouldEndWith("can be restored from this repository alone until a backup has been taken");
        findings[0].Threshold.ShouldBe("another repository has it");
    }

    [Theory]
    [InlineData(0, ArchiveRetentionType.Full, "6-6 10-10"), InlineData(2, ArchiveRetentionType.Full, "10-10"), InlineData(1, ArchiveRetentionType.Full, "")]
    [InlineData(2, ArchiveRetentionType.Incr, "10-10"), InlineData(1, ArchiveRetentionType.Incr, ""), InlineData(3, ArchiveRetentionType.Full, "6-6 10-10")]
    public void WAL_that_the_retention_has_expired_on_purpose_is_not_missing(int archive, ArchiveRetentionType type, string expected)
    {
        var settings = GivenHealth.Settings(p => p with { Repositories = [p.Repositories[0] with { Retention = new() { Archive = archive, ArchiveType = type } }] });
        var health = Wal(13, (1, 4, 5), (1, 7, 9), (1, 11, 12));
        var look = GivenHealth.Node(n => n with
        {
            Health = health, Repository = Given.Repository with { Sets = [Given.Set, GivenRestore.Set("second", 20, 1, 8), GivenRestore.Set("third", 30, 1, 11)] },
        }, settings);
        string.Join(' ', WalGaps.Of(look, health, 1).Select(g => $"{WalName.Number(g.First)}-{WalName.Number(g.Last)}")).ShouldBe(expected);
    }

    [Fact]
    public void WAL_that_an_older_set_needs_itself_is_never_expired_on_purpose()
    {
        var settings = GivenHealth.Settings(p => p with { Repositories = [p.Repositories[0] with { Retention = new() { Archive = 1 } }] });
        var health = Wal(10, (1, 4, 4), (1, 8, 9));
        var look = GivenHealth.Node(n => n with { Health = health, Repository = Given.Repository with { Sets = [Given.Set, GivenRestore.Set("second", 20, 1, 8)] } }, settings);
        WalGaps.Of(look, health, 1).ShouldHaveSingleItem().Spoilt.ShouldHaveSingleItem().Label.ShouldBe(Given.Label);
    }

    [Fact]
    public void A_listing_that_failed_hides_gaps_and_says_so() =>
        GapRule.Of(GivenHealth.Health(h => h with { Archived = [], Unlisted = [1] })).Told()
            .ShouldBe("Warning wal-gap: the WAL in the repository could not be listed: a gap would not be seen | ./build.sh Check");

    [Fact]
    public void Without_a_set_there_is_nothing_to_recover_from() => Find().ShouldBeEmpty();

    [Fact]
    public void Another_segment_size_counts_otherwise()
    {
        const long size = 64 << 20;
        var health = GivenHealth.Facts with
        {
            SegmentSize = size, Server = new(false, "000000010000000100000002", 0, false, null, "", 0),
            Archived = [new("00000001000000000000003E", "00000001000000000000003E", Given.Noon, 1, "15-1"), new("000000010000000100000000", "000000010000000100000001", Given.Noon, 1, "15-1")],
        };
        var look = GivenHealth.Node(n => n with { Health = health, Repository = Given.Repository with { Sets = [Given.Set with { WalStart = "00000001000000000000003E", WalStop = "00000001000000000000003E" }] } });
        var gap = WalGaps.Of(look, health, 1).ShouldHaveSingleItem();
        (gap.First, gap.Last, gap.Position).ShouldBe(("00000001000000000000003F", "00000001000000000000003F", 0xFC000000));
    }

    private static HealthFacts Wal(int current, params (uint Timeline, int From, int To)[] ranges) => Wal(current, 1, ranges);

    private static HealthFacts Wal(int current, uint timeline, params (uint Timeline, int From, int To)[] ranges) => GivenHealth.Facts with
    {
        Server = GivenHealth.Server(current, timeline), History = timeline > 1 ? [Fork] : [],
        Archived = [.. ranges.Select(r => GivenHealth.Wal(r.Timeline, r.From, r.To))],
    };

    // Segments 7 and 8 are missing.
    private static HealthLook Gap(params BackupSet[] sets) => GivenHealth.Node(n => n with
    {
        Health = Wal(13, (1, 4, 6), (1, 9, 12)), Repository = Given.Repository with { Sets = [.. sets] },
    });

    private static ImmutableArray<Finding> Find(params BackupSet[] sets) => [.. GapRule.Of(Gap(sets))];
}

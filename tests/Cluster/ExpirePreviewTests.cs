using Runbook.Cluster;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

/// <summary>Read from what pgBackRest 2.45 really printed.</summary>
public class ExpirePreviewTests
{
    [Fact]
    public void By_retention_a_set_and_the_WAL_before_the_next_one_go()
    {
        var preview = ExpirePreview.Parse(
            """
            2026-11-22 22:01:05.497 P00   INFO: [DRY-RUN] expire command begin 2.45: --dry-run --exec-id=14471-457152a3 --repo=1 --repo1-retention-full=1 --stanza=db
            2026-11-22 22:01:05.498 P00   INFO: [DRY-RUN] repo1: expire full backup 20261122-220019F
            2026-11-22 22:01:05.499 P00   INFO: [DRY-RUN] repo1: remove expired backup 20261122-220019F
            2026-11-22 22:01:05.499 P00   INFO: [DRY-RUN] repo1: 15-1 remove archive, start = 000000010000000000000006, stop = 000000010000000000000009
            2026-11-22 22:01:05.499 P00   INFO: [DRY-RUN] repo1: 15-1 remove history file 00000001.history
            2026-11-22 22:01:05.499 P00   INFO: [DRY-RUN] expire command end: completed successfully (3ms)
            """);
        preview.Sets.ShouldBe(["20261122-220019F"]);
        preview.Wal.ShouldBe([new ExpiredWal("15-1", "000000010000000000000006", "000000010000000000000009")]);
        preview.IsEmpty.ShouldBeFalse();
    }

    [Theory]
    [InlineData("repo1: expire adhoc backup set 20261122-220025F, 20261122-220025F_20261122-220031I", "20261122-220025F 20261122-220025F_20261122-220031I")]
    [InlineData("repo2: expire diff backup 20261122-220025F_20261122-220031D", "20261122-220025F_20261122-220031D")]
    [InlineData("repo1: expire time-based backup set 20261122-220025F, 20261122-220025F_20261122-220031I", "20261122-220025F 20261122-220025F_20261122-220031I")]
    [InlineData("repo1: remove expired backup 20261121-220025F", "20261121-220025F")]
    [InlineData("repo1: 15-1 no archive to remove", "")]
    [InlineData("repo1: 15-1 archive retention on backup 20261122-220025F, start = 00000001000000000000000A", "")]
    public void Every_way_in_which_a_set_goes_is_understood(string said, string sets) =>
        string.Join(' ', ExpirePreview.Parse($"2026-11-22 22:01:05.498 P00   INFO: [DRY-RUN] {said}\n").Sets).ShouldBe(sets);

    [Fact]
    public void Before_an_upgrade_all_WAL_goes_at_once() =>
        ExpirePreview.Parse("P00   INFO: [DRY-RUN] repo1: remove archive path /repo/archive/db/14-1\n").Wal.ShouldBe([new ExpiredWal("14-1", "", "")]);

    [Fact]
    public void Nothing_goes_where_nothing_is_said() => ExpirePreview.Parse("").IsEmpty.ShouldBeTrue();
}

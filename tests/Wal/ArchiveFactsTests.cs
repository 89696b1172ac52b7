using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Wal;

public class ArchiveFactsTests
{
    private static readonly string Said =
        """
        noise
        fact wal {".":{"type":"path"},"000000010000000000000004-HASH.zst":{"type":"file","size":1234,"time":1795348800},"000000010000000000000004.00000028.backup":{"type":"file","size":300,"time":1795348801},"000000010000000000000005-HASH":{"type":"file","size":16777216,"time":1795348860}}
        fact wal {"000000020000000000000005.partial-HASH.gz":{"type":"file","size":1,"time":1795348900},"000000020000000000000006-HASH.gz":{"type":"file","size":1,"time":1795348920}}
        fact wal {}
        fact wal.local 000000020000000000000007
        fact wal.local 000000020000000000000006
        fact history 00000002 1 0/5800000
        """.Replace("HASH", "0123456789abcdef0123456789abcdef01234567", StringComparison.Ordinal);

    [Fact]
    public void Segments_are_read_with_the_moment_of_their_arrival()
    {
        var archive = ArchiveFacts.Parse(Said);
        archive.Archived.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value)).ShouldBe(
        [
            ("000000010000000000000004", Given.Noon), ("000000010000000000000005", Given.Noon.AddMinutes(1)), ("000000020000000000000006", Given.Noon.AddMinutes(2)),
        ]);
        archive.History.ShouldBe([new TimelineFork(2, 1, 0x5800000)]);
        archive.SegmentSize.ShouldBe(16 << 20);
    }

    [Fact]
    public void What_was_archived_meanwhile_is_not_local_any_more()
    {
        var archive = ArchiveFacts.Parse(Said);
        archive.Local.ShouldBe(["000000020000000000000007"]);
        archive.Has("000000020000000000000007").ShouldBeTrue();
        archive.Has("000000020000000000000006").ShouldBeTrue();
        archive.Has("000000020000000000000005").ShouldBeFalse();
    }

    [Fact]
    public void Each_repository_is_told_from_the_others()
    {
        var said = Said.Replace("fact wal {\"0000", "fact wal.2 {\"0000", StringComparison.Ordinal).Replace("fact wal {", "fact wal.1 {", StringComparison.Ordinal);
        ArchiveFacts.Parse(said).Archived.Count.ShouldBe(3);
        var (first, second) = (ArchiveFacts.Parse(said, 1), ArchiveFacts.Parse(said, 2));
        first.Archived.Keys.Order(StringComparer.Ordinal).ShouldBe(["000000010000000000000004", "000000010000000000000005"]);
        (first.Bytes, second.Bytes).ShouldBe((16778450, 1));
        second.Archived.Keys.ShouldBe(["000000020000000000000006"]);
        // What is only on the live disk is in no repository.
        second.Local.ShouldBeEmpty();
        second.History.ShouldBe(first.History);
        var half = said + "\nfact wal.unlisted 2\n";
        (ArchiveFacts.Parse(half, 1).IsIncomplete, ArchiveFacts.Parse(half, 2).IsIncomplete, ArchiveFacts.Parse(half).IsIncomplete).ShouldBe((false, true, true));
    }

    [Fact]
    public void Another_segment_size_is_taken_from_the_control_file() =>
        ArchiveFacts.Parse("fact control.walsegment 67108864\n").SegmentSize.ShouldBe(64 << 20);

    [Fact]
    public void Nothing_said_is_an_empty_archive() => ArchiveFacts.Parse("").Segments.ShouldBeEmpty();

    [Fact]
    public void The_last_commit_is_read_to_the_microsecond() =>
        LastCommit.Parse("warning: x\nfact wal.lastcommit 2026-11-22T14:03:00.123456Z 000000010000000000000007\n")
            .ShouldBe(new LastCommit(new DateTimeOffset(2026, 11, 22, 14, 3, 0, 123, 456, TimeSpan.Zero), "000000010000000000000007"));

    [Theory]
    [InlineData(""), InlineData("fact wal.lastcommit"), InlineData("fact wal.lastcommit soon X"), InlineData("fact wal.lastcommit 2026-11-22T14:03:00Z")]
    public void Without_one_there_is_none(string said) => LastCommit.Parse(said).ShouldBeNull();
}

using Runbook.Cluster;
using Runbook.Wal;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

/// <summary>Read from what pgBackRest 2.45 really printed.</summary>
public class RepositoryInfoTests
{
    private const string Missing =
        """
        [{"archive":[],"backup":[],"cipher":"none","db":[],"name":"t","repo":[{"cipher":"none","key":1,"status":{"code":1,"message":"missing stanza path"}}],"status":{"code":1,"lock":{"backup":{"held":false}},"message":"missing stanza path"}}]
        """;

    private const string Empty =
        """
        [{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":null,"min":null}],"backup":[],"cipher":"none","db":[{"id":1,"repo-key":1,"system-id":7711027602855647948,"version":"15"}],"name":"t","repo":[{"cipher":"none","key":1,"status":{"code":2,"message":"no valid backups"}}],"status":{"code":2,"lock":{"backup":{"held":false}},"message":"no valid backups"}}]
        """;

    internal const string Two =
        """
        [{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000010000000000000004","min":"000000010000000000000001"}],"backup":[{"archive":{"start":"000000010000000000000002","stop":"000000010000000000000002"},"backrest":{"format":5,"version":"2.45"},"database":{"id":1,"repo-key":1},"error":false,"info":{"delta":22992540,"repository":{"delta":2810236,"size":2810236},"size":22992540},"label":"20261122-160521F","lsn":{"start":"0/2000028","stop":"0/2000100"},"prior":null,"reference":null,"timestamp":{"start":1795363521,"stop":1795363523},"type":"full"},{"archive":{"start":"000000010000000000000004","stop":"000000010000000000000004"},"backrest":{"format":5,"version":"2.45"},"database":{"id":1,"repo-key":1},"error":false,"info":{"delta":5071114,"repository":{"delta":458401,"size":3116224},"size":26654365},"label":"20261122-160521F_20261122-160524I","lsn":{"start":"0/4000028","stop":"0/400C818"},"prior":"20261122-160521F","reference":["20261122-160521F"],"timestamp":{"start":1795363524,"stop":1795363586},"type":"incr"}],"cipher":"none","db":[{"id":1,"repo-key":1,"system-id":7711027602855647948,"version":"15"}],"name":"t","repo":[{"cipher":"none","key":1,"status":{"code":0,"message":"ok"}}],"status":{"code":0,"lock":{"backup":{"held":false}},"message":"ok"}}]
        """;

    [Fact]
    public void Sets_are_read_oldest_first()
    {
        var info = RepositoryInfo.Parse(Two, "t");
        info.Repositories.ShouldBe([new RepositoryStatus(1, 0, "ok", "none", "7711027602855647948", "15")]);
        (info.Message, info.BackupRunning, info.IsMissing).ShouldBe(("ok", false, false));
        (info.SystemIdentifier, info.PostgresVersion, info.WalMax).ShouldBe(("7711027602855647948", "15", "000000010000000000000004"));
        info.Sets.Select(s => s.Label).ShouldBe(["20261122-160521F", "20261122-160521F_20261122-160524I"]);
        info.Latest.ShouldBe(info.Sets[1]);

        var full = info.Sets[0];
        (full.Type, full.Prior, full.Size, full.RepositorySize).ShouldBe((BackupType.Full, "", 22992540, 2810236));
        (full.StartedAt, full.FinishedAt).ShouldBe((DateTimeOffset.FromUnixTimeSeconds(1795363521), DateTimeOffset.FromUnixTimeSeconds(1795363523)));
        (full.WalStart, full.WalStop, full.LsnStop, full.ArchiveId, full.Timeline)
            .ShouldBe(("000000010000000000000002", "000000010000000000000002", "0/2000100", "15-1", 1u));

        var incr = info.Sets[1];
        (incr.Type, incr.Prior, incr.Error).ShouldBe((BackupType.Incr, "20261122-160521F", false));
        incr.References.ShouldBe(["20261122-160521F"]);
    }

    [Theory]
    [InlineData(Missing, "t", 1, "missing stanza path"), InlineData(Empty, "t", 2, "no valid backups")]
    [InlineData(Two, "other", 1, "missing stanza path"), InlineData("[]", "t", 1, "missing stanza path")]
    public void Without_sets_the_status_says_why(string json, string stanza, int code, string message)
    {
        var info = RepositoryInfo.Parse(json, stanza);
        (info.Repositories.Single().Code, info.Message).ShouldBe((code, message));
        info.Sets.ShouldBeEmpty();
        info.Latest.ShouldBeNull();
        info.WalMax.ShouldBeEmpty();
    }

    [Fact]
    public void Each_repository_speaks_for_itself()
    {
        const string both = """
            [{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000010000000000000004","min":"000000010000000000000001"},
              {"database":{"id":1,"repo-key":2},"id":"15-1","max":"000000010000000000000006","min":"000000010000000000000005"}],
              "backup":[{"archive":{"start":"000000010000000000000005","stop":"000000010000000000000005"},"database":{"id":1,"repo-key":2},"error":false,"info":{"delta":1,"repository":{"delta":1},"size":1},"label":"20261122-160521F","timestamp":{"start":1795363521,"stop":1795363523},"type":"full"}],
              "cipher":"mixed","db":[{"id":1,"repo-key":1,"system-id":7711027602855647948,"version":"15"},{"id":1,"repo-key":2,"system-id":7711027602855647948,"version":"15"}],
              "name":"t","repo":[{"cipher":"none","key":1,"status":{"code":2,"message":"no valid backups"}},{"cipher":"aes-256-cbc","key":2,"status":{"code":0,"message":"ok"}}],
              "status":{"code":4,"lock":{"backup":{"held":false}},"message":"different across repos"}}]
            """;

        var info = RepositoryInfo.Parse(both, "t");

        info.Message.ShouldBe("repository 1: no valid backups, repository 2: ok");
        info.Repositories.Select(r => (r.Number, r.Cipher, r.IsMissing, r.IsUnreadable)).ShouldBe([(1, "none", false, false), (2, "aes-256-cbc", false, false)]);
        info.SetsOf(1).ShouldBeEmpty();
        info.SetsOf(2).ShouldHaveSingleItem().Repository.ShouldBe(2);
        info.WalMax.ShouldBe("000000010000000000000006");
    }

    [Theory]
    [InlineData("[FormatError] unable to load info file '/r/backup/t/backup.info' or '/r/backup/t/backup.info.copy':\\nFormatError: key/value found outside of section at line 1: \ufffd)fG", true)]
    [InlineData("[CryptoError] unable to load info file '/r/backup/t/backup.info' or '/r/backup/t/backup.info.copy':\\nCryptoError: cipher header invalid", true)]
    [InlineData("[FileOpenError] unable to open file '/r/backup/t/backup.info' for read: [13] Permission denied", false)]
    public void A_repository_that_cannot_be_decrypted_is_told_from_one_that_cannot_be_read(string message, bool undecipherable)
    {
        var info = RepositoryInfo.Parse(Missing.Replace("\"code\":1,\"message\":\"missing stanza path\"}}]", $"\"code\":99,\"message\":\"{message}\"}}}}]", StringComparison.Ordinal), "t");
        var status = info.Repositories.ShouldHaveSingleItem();
        (status.IsUnreadable, status.IsUndecipherable).ShouldBe((true, undecipherable));
    }

    [Fact]
    public void A_running_backup_holds_the_lock() =>
        RepositoryInfo.Parse(Two.Replace("\"held\":false", "\"held\":true"), "t").BackupRunning.ShouldBeTrue();

    [Fact]
    public void A_set_with_damaged_pages_is_marked() =>
        RepositoryInfo.Parse(Two.Replace("\"error\":false", "\"error\":true"), "t").Sets.ShouldAllBe(s => s.Error);

    [Fact]
    public void A_set_whose_pages_were_not_checked_is_not_marked() =>
        RepositoryInfo.Parse(Two.Replace("\"error\":false", "\"error\":null"), "t").Sets.ShouldAllBe(s => !s.Error);
}

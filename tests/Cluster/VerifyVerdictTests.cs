using Runbook.Cluster;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

/// <summary>Read from what pgBackRest 2.45 really printed; newer versions print the same.</summary>
public class VerifyVerdictTests
{
    private const string Whole =
        """
        2026-11-22 22:01:04.720 P00   INFO: verify command begin 2.45: --exec-id=14471-457152a3 --output=text --repo=1 --stanza=db --verbose
        progress verify 5242880
        2026-11-22 22:01:04.972 P00   INFO: stanza: db
                                            status: ok
                                              archiveId: 15-1, total WAL checked: 11, total valid WAL: 11
                                                missing: 0, checksum invalid: 0, size invalid: 0, other: 0
                                              backup: 20261122-220019F, status: valid, total files checked: 966, total valid files: 966
                                                missing: 0, checksum invalid: 0, size invalid: 0, other: 0
        stanza: db
        status: ok
          archiveId: 15-1, total WAL checked: 11, total valid WAL: 11
            missing: 0, checksum invalid: 0, size invalid: 0, other: 0
          backup: 20261122-220019F, status: valid, total files checked: 966, total valid files: 966
            missing: 0, checksum invalid: 0, size invalid: 0, other: 0
        2026-11-22 22:01:04.972 P00   INFO: verify command end: completed successfully (255ms)
        """;

    private const string Damaged =
        """
        2026-11-22 22:01:06.137 P01   INFO: invalid checksum '20261122-220027F/pg_data/base/5/1255.zst'
        2026-11-22 22:01:06.157 P01   INFO: file missing '20261122-220027F_20261122-220033I/pg_data/backup_label.zst'
        2026-11-22 22:01:21.174 P02   INFO: invalid result 15-1/0000000100000000/00000001000000000000000D-c817a6ae2b08e9b891a3812ddb60165de8f5a33d.zst: [29] raised from local-2 protocol: zst error: [-20] Data corruption detected
                                            [FormatError] on retry after 0ms
        2026-11-22 22:01:21.175 P00   INFO: duplicate WAL '00000001000000000000000E' for '15-1' exists, skipping
        WARN: file missing '15-1/0000000100000000/00000001000000000000000F-c817a6ae2b08e9b891a3812ddb60165de8f5a33d'
        stanza: db
        status: error
          archiveId: 15-1, total WAL checked: 5, total valid WAL: 4
            missing: 0, checksum invalid: 0, size invalid: 0, other: 1
          backup: 20261122-220027F, status: invalid, total files checked: 967, total valid files: 966
            missing: 0, checksum invalid: 1, size invalid: 0, other: 0
          backup: 20261122-220027F_20261122-220033I, status: invalid, total files checked: 968, total valid files: 966
            missing: 1, checksum invalid: 1, size invalid: 0, other: 0
          backup: 20261122-230000F, status: manifest missing, total files checked: 0, total valid files: 0
          backup: 20261122-240000F, status: in-progress, total files checked: 0, total valid files: 0
        """;

    [Fact]
    public void A_whole_repository_is_read_once_and_not_from_the_log_as_well()
    {
        var verdict = VerifyVerdict.Parse(Whole);
        verdict.Ok.ShouldBe(true);
        verdict.Sets.ShouldBe([new VerifiedSet("20261122-220019F", "valid", 966, new FaultCount(0, 0, 0, 0))]);
        verdict.Archives.ShouldBe([new VerifiedArchive("15-1", 11, new FaultCount(0, 0, 0, 0))]);
        (verdict.Faulty.Length, verdict.Words.Length, verdict.LookedAtSets).ShouldBe((0, 0, true));
    }

    [Fact]
    public void Every_damaged_file_is_named_with_the_set_or_the_segment_that_it_is()
    {
        var verdict = VerifyVerdict.Parse(Damaged);
        verdict.Ok.ShouldBe(false);
        verdict.Faulty.Select(f => (f.Set, f.Segment, f.Reason)).ShouldBe(
        [
            ("20261122-220027F", "", "invalid checksum"), ("20261122-220027F_20261122-220033I", "", "file missing"),
            ("", "00000001000000000000000D", "zst error: [-20] Data corruption detected"), ("", "00000001000000000000000E", "there are two of it"),
            ("", "00000001000000000000000F", "file missing"),
        ]);
        verdict.Sets.Select(s => (s.Status, s.Faults.Missing, s.Faults.Checksum)).ShouldBe(
            [("invalid", 0, 1), ("invalid", 1, 1), ("manifest missing", 0, 0), ("in-progress", 0, 0)]);
        verdict.Archives.Single().Faults.ShouldBe(new FaultCount(0, 0, 0, 1));
        verdict.Words.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("  No usable backup.info file\n  No usable archive.info file", "No usable backup.info file|No usable archive.info file", false)]
    [InlineData("archive and backup history lists do not match", "archive and backup history lists do not match", false)]
    [InlineData("  archiveId: 15-1, total WAL checked: 5, total valid WAL: 4\n    other: 1", "", true)]
    public void What_is_said_of_the_whole_is_kept(string said, string words, bool looked)
    {
        var verdict = VerifyVerdict.Parse($"stanza: db\nstatus: error\n{said}\n2026-11-22 22:01:05.463 P00   INFO: verify command end: completed successfully (2ms)\n");
        verdict.Ok.ShouldBe(false);
        string.Join('|', verdict.Words).ShouldBe(words);
        verdict.LookedAtSets.ShouldBe(looked);
    }

    [Fact]
    public void What_is_only_in_the_log_is_kept_too() => VerifyVerdict.Parse(
        "2026-11-22 22:01:05.463 P00   INFO: archiveIds '14-1' are not in the archive.info history list\nstanza: db\nstatus: error\n").Words
        .ShouldBe(["archiveIds '14-1' are not in the archive.info history list"]);

    [Theory]
    [InlineData(""), InlineData("ERROR: [055]: raised from local-1 protocol: unable to open\n"), InlineData("2026-11-22 22:01:05.463 P00   INFO: stanza: db\n          status: ok\n")]
    public void Without_a_result_there_is_no_verdict(string said) => VerifyVerdict.Parse(said).Ok.ShouldBeNull();
}

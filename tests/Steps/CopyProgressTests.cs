using Runbook.Steps;
using Shouldly;
using Xunit;

namespace Tests.Steps;

/// <summary>Lines that pgBackRest 2.45 really wrote, and the shape of newer ones.</summary>
public class CopyProgressTests
{
    [Theory]
    [InlineData("backup file /pg/data/base/5/16384 (3.5MB, 13.57%) checksum 70df6f33d107bb03e6b5daf9fe89c69a75fffd43", "/pg/data/base/5/16384", 13.57)]
    [InlineData("backup file /pg/data/postgresql.auto.conf (bundle 1/0, 88B, 0.00%) checksum c6b93d1c", "/pg/data/postgresql.auto.conf", 0)]
    [InlineData("backup file /pg/data/base/1/13394 (0B, 100.00%)", "/pg/data/base/1/13394", 100)]
    [InlineData("backup file db-1:/pg/data/base/5/16384 (1GB, 50%) checksum 70df", "db-1:/pg/data/base/5/16384", 50)]
    [InlineData("match file from prior backup /pg/data/base/5/16384 (1GB, 50%) checksum 70df", "/pg/data/base/5/16384", 50)]
    [InlineData("restore file /pg/beside/base/5/16384 (3.5MB, 13.62%) checksum f24a09e5", "/pg/beside/base/5/16384", 13.62)]
    [InlineData("restore file /pg/beside/pg_ident.conf (bundle 20261122-160521F/1/91, 1.6KB, 13.62%) checksum 71cb", "/pg/beside/pg_ident.conf", 13.62)]
    [InlineData("restore file /pg/beside/pg_ident.conf (bundle 20261122-160521F/1/91) (1.6KB, 13.62%) checksum 71cb", "/pg/beside/pg_ident.conf", 13.62)]
    [InlineData("restore file /pg/beside/base/5/16384 - exists and matches backup (3.5MB, 13.62%) checksum f24a", "/pg/beside/base/5/16384", 13.62)]
    [InlineData("restore file /pg/beside/base/1/13394 - exists and is zero size (0B, 100.00%)", "/pg/beside/base/1/13394", 100)]
    [InlineData("restore zeroed file /pg/beside/base/5/2 (8KB, 5%)", "/pg/beside/base/5/2", 5)]
    [InlineData("restore file /srv/my sandbox/base/5/16384 (3.5MB, 13.62%) checksum f24a", "/srv/my sandbox/base/5/16384", 13.62)]
    public void A_copied_file_is_progress(string said, string file, double percent) =>
        CopyProgress.Parse("2026-11-22 16:07:32.243 P01 DETAIL: " + said).ShouldBe(new CopyProgress(file, percent));

    [Theory]
    [InlineData("2026-11-22 16:06:28.898 P00   INFO: restore size = 25.4MB, file total = 967")]
    [InlineData("2026-11-22 16:06:26.876 P00 DETAIL: create path '/pg/beside/base'")]
    [InlineData("2026-11-22 16:06:28.920 P00   INFO: remove invalid files/links/paths from '/pg/beside'")]
    [InlineData("2026-11-22 16:05:23.010 P00 DETAIL: store zero-length file /pg/data/base/1/13394")]
    [InlineData("restoring set 20261122-140000F beside the live directory")]
    [InlineData("")]
    public void Any_other_line_is_none(string line) => CopyProgress.Parse(line).ShouldBeNull();
}

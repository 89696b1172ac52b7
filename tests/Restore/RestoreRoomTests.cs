using Runbook.Cluster;
using Runbook.Restore;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

/// <summary>The set has 1 GB, and a twentieth is added to it; the live directory has 900 MB.</summary>
public class RestoreRoomTests
{
    private static readonly KeptDirectory Old = new("r1", 300_000_000, Given.Noon.AddDays(-9), "/data/main.kept-r1");
    private static readonly KeptDirectory Young = new("r2", 800_000_000, Given.Noon, "/data/main.kept-r2");

    [Fact]
    public void A_full_disk_is_refused_with_both_numbers() => Guards.ShouldRefuse(
        () => Make(free: 1_000_000_000), "has 1.00 GB free, the restore needs 1.05 GB for a copy",
        "make room on the data volume, then run the same command; or --in-place, which needs no space for a copy and cannot be undone");

    [Theory]
    // As many as are needed, oldest first.
    [InlineData(800_000_000L, "./build.sh Discard --id r1 (300 MB, kept 2026-11-13 12:00:00Z); or --in-place")]
    [InlineData(100_000_000L, "./build.sh Discard --id r1 (300 MB, kept 2026-11-13 12:00:00Z), then ./build.sh Discard --id r2 (800 MB, kept 2026-11-22 12:00:00Z); or --in-place")]
    [InlineData(-200_000_000L, "./build.sh Discard --id r2 (800 MB, kept 2026-11-22 12:00:00Z), and make 150 MB more room; or --in-place")]
    public void A_full_disk_names_what_earlier_restores_kept(long free, string next) =>
        Guards.ShouldRefuse(() => Make(free, Young, Old), "free, the restore needs 1.05 GB", next);

    [Fact]
    public void What_fits_needs_nothing_discarded() => Should.NotThrow(() => Make(1_050_000_000, Young, Old));

    [Theory]
    [InlineData("copying", 1_000_000_000L, 100_000_000L), InlineData("swapping", 0L, 0L), InlineData("restored", 0L, 200_000_000L)]
    public void What_was_copied_already_needs_no_room(string phase, long copied, long free)
    {
        var set = phase == "restored" ? "20261121-140000F" : Given.Label;
        var facts = Given.Restoring(phase, set, copied: copied);
        Should.NotThrow(() => GivenRestore.Make(facts with { Node = facts.Node! with { DiskFree = free } }, GivenRestore.To("immediate")));
    }

    [Theory]
    [InlineData(150_000_000L, true), InlineData(149_999_999L, false)]
    public void In_place_needs_room_to_grow_alone(long free, bool fits)
    {
        var request = GivenRestore.To("immediate") with { Strategy = RestoreStrategy.InPlace };
        var facts = Given.With(n => n with { DiskFree = free });
        if (fits)
            Should.NotThrow(() => GivenRestore.Make(facts, request));
        else
            Guards.ShouldRefuse(() => GivenRestore.Make(facts, request), "the restore needs 150 MB to grow", "make room on the data volume, then run the same command");
    }

    private static RestorePlan Make(long free, params KeptDirectory[] kept) =>
        GivenRestore.Make(Given.With(n => n with { DiskFree = free, Kept = [.. kept] }), GivenRestore.To("immediate"));
}

using Runbook.Checks;
using Runbook.Cluster;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Checks;

public class KeptRuleTests
{
    public static TheoryData<KeptDirectory[], long, HealthLevel, string> Kept => new()
    {
        // directories, bytes free, level, words
        { [], 1, HealthLevel.Ok, "no directory is kept" },
        { [Given.Kept("a", 1)], 800_000_000, HealthLevel.Ok, "1 kept directory takes 800 MB, the oldest for 1 d 3 h" },
        { [Given.Kept("a", 1)], 799_999_999, HealthLevel.Warning, "1 kept directory takes 800 MB, the oldest for 1 d 3 h" },
        { [Given.Kept("a", 14), Given.Kept("b", 1)], 9_000_000_000, HealthLevel.Warning, "2 kept directories take 1.60 GB, the oldest for 14 d 3 h" },
    };

    [Theory, MemberData(nameof(Kept))]
    public void Old_and_large_ones_are_told(KeptDirectory[] kept, long free, HealthLevel level, string measured)
    {
        var finding = KeptRule.Of(GivenHealth.Node(n => n with { Kept = [.. kept], DiskFree = free })).First();
        (finding.Level, finding.Measured).ShouldBe((level, measured));
        finding.Next.ShouldBe(level == HealthLevel.Ok ? "" : "./build.sh Discard --id a");
    }

    [Theory]
    [InlineData("copying", "restore 20261122-150000 is unfinished (phase copying)", "./build.sh Restore")]
    [InlineData("started", "restore 20261122-150000 is in place and not finished (phase started)", "./build.sh Revert")]
    public void A_restore_that_is_not_finished_is_told(string phase, string measured, string next)
    {
        var finding = KeptRule.Of(GivenHealth.Node(n => n with { Restore = Given.Restore(phase) })).Last();
        (finding.Level, finding.Measured).ShouldBe((HealthLevel.Warning, measured));
        finding.Next.ShouldStartWith(next);
    }
}

using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Checks;

public class PeriodicCheckRuleTests
{
    public static TheoryData<int, string, string[], HealthLevel, string> Results => new()
    {
        // minutes ago
        { 60, "ok", [], HealthLevel.Ok, "nothing critical 1 h 0 min ago" },
        { 125, "ok", [], HealthLevel.Ok, "nothing critical 2 h 5 min ago" },
        { 126, "ok", [], HealthLevel.Warning, "nothing critical 2 h 6 min ago" },
        { 60, "failed", ["repository 1 does not answer: denied", "the server does not answer"], HealthLevel.Warning, "critical (repository 1 does not answer: denied; the server does not answer) 1 h 0 min ago" },
        { 60, "skipped", ["restore r1 is unfinished (phase copying)"], HealthLevel.Ok, "skipped (restore r1 is unfinished (phase copying)) 1 h 0 min ago" },
        { 180, "skipped", ["the server is stopped"], HealthLevel.Warning, "skipped (the server is stopped) 3 h 0 min ago" },
    };

    [Theory, MemberData(nameof(Results))]
    public void What_the_cluster_found_is_repeated(int minutesAgo, string result, string[] problems, HealthLevel level, string measured)
    {
        var check = new PeriodicCheck(GivenHealth.Now.AddMinutes(-minutesAgo), result, [.. problems]);
        var finding = PeriodicCheckRule.Of(GivenHealth.Node(n => n with { Check = check })).ShouldHaveSingleItem();
        (finding.Level, finding.Measured, finding.Next.Length > 0).ShouldBe((level, measured, level != HealthLevel.Ok));
        finding.Measures.Select(m => m.Value).ShouldBe([minutesAgo * 60, result == "ok" ? 1 : 0]);
    }

    [Fact]
    public void A_cluster_that_never_checked_itself_is_told_unless_it_is_new()
    {
        PeriodicCheckRule.Of(GivenHealth.Node(n => n with { Check = null })).Told()
            .ShouldBe("Warning periodic-check: the cluster has never checked itself | ./build.sh Status, then ./build.sh Deploy where the job is missing");
        PeriodicCheckRule.Of(GivenHealth.Node(n => n with { Check = null, Repository = Given.Repository with { Sets = [Given.Set with { FinishedAt = GivenHealth.Now.AddHours(-2) }] } }))
            .Told().ShouldBe("Ok periodic-check: none yet: the cluster is new | ");
        PeriodicCheckRule.Of(GivenHealth.Node(n => n with { Check = null, Repository = null })).ShouldHaveSingleItem().Level.ShouldBe(HealthLevel.Warning);
    }

    [Fact]
    public void One_that_is_not_to_is_not_missed() =>
        PeriodicCheckRule.Of(GivenHealth.Node(n => n with { Check = null }, GivenHealth.Settings(p => p with { Check = new CheckSettings { Cron = "" } }))).ShouldHaveSingleItem()
            .Level.ShouldBe(HealthLevel.Ok);
}

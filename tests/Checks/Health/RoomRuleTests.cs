using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Settings;
using Shouldly;
using Xunit;

namespace Tests.Checks;

public class RoomRuleTests
{
    [Theory]
    [InlineData(50, HealthLevel.Ok), InlineData(15, HealthLevel.Ok), InlineData(14, HealthLevel.Warning), InlineData(8, HealthLevel.Warning), InlineData(7, HealthLevel.Critical)]
    public void Little_room_is_told(int percent, HealthLevel level)
    {
        var findings = RoomRule.Of(GivenHealth.Health(h => h with { Rooms = [new("data", percent, 100, "/d"), new("repository1", percent, 100, "/r")] })).ToList();
        findings.Select(f => (f.Check, f.Repository, f.Level)).ShouldBe([("data-room", null, level), ("repository-room", 1, level)]);
        findings[0].Threshold.ShouldStartWith("warning below 15 %, critical below 7.5 %");
        findings[0].Next.ShouldBe(level == HealthLevel.Ok ? "" : "./build.sh Status lists kept directories, ./build.sh Discard --id removes one; or make the volume larger");
    }

    public static TheoryData<string, PastRoom[], double?> Rates => new()
    {
        // what, the past; hours until the 50 GB that are left are full
        { "no past", [], null },
        { "5 GB an hour", [At(2, 60)], 10 },
        { "the oldest of the last day tells the rate", [At(20, 70), At(2, 60)], 50 },
        { "it grows", [At(2, 40)], null },
        { "it stands still", [At(2, 50)], null },
        { "too short ago to tell", [At(0.5, 60)], null },
        { "too long ago to tell", [At(26, 60)], null },
        { "a volume that was made larger begins anew", [At(20, 70) with { Rooms = [new("data", 70_000_000_000, 80_000_000_000)] }, At(2, 60)], 10 },
        { "of another volume nothing follows", [At(2, 60) with { Rooms = [new("repository1", 60_000_000_000, 100_000_000_000)] }], null },
    };

    [Theory, MemberData(nameof(Rates))]
    public void The_rate_of_the_last_day_says_when_it_is_full(string what, PastRoom[] past, double? hours)
    {
        var health = GivenHealth.Facts with { Past = [.. past] };
        RoomRule.UntilFull(health, health.Rooms[0])?.TotalHours.ShouldBe(hours ?? double.NaN, 0.01, what);
        (RoomRule.UntilFull(health, health.Rooms[0]) is null).ShouldBe(hours is null, what);
    }

    [Theory]
    // 50 GB are left.
    [InlineData(50.5, HealthLevel.Ok), InlineData(52.5, HealthLevel.Warning), InlineData(60, HealthLevel.Critical)]
    public void Soon_full_is_told_however_much_is_free(double freeTwoHoursAgo, HealthLevel level)
    {
        var finding = RoomRule.Of(GivenHealth.Health(h => h with { Past = [At(2, freeTwoHoursAgo)] })).First();
        finding.Level.ShouldBe(level);
        finding.Measured.ShouldContain("at the rate of the last day");
        finding.Measures.Length.ShouldBe(3);
    }

    [Fact]
    public void Thresholds_are_settings() => RoomRule.Of(GivenHealth.Look(settings: GivenHealth.Settings(p => p with { Check = new CheckSettings { FreeSpace = 60 } })))
        .Select(f => f.Level).ShouldBe([HealthLevel.Warning, HealthLevel.Ok]);

    private static PastRoom At(double hoursAgo, double gigabytesFree) =>
        new(GivenHealth.Now.AddHours(-hoursAgo), [new("data", (long)(gigabytesFree * 1e9), 100_000_000_000)]);
}

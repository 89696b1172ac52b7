using Runbook.Checks;
using Runbook.Cluster;
using Shouldly;
using Xunit;

namespace Tests.Checks;

public class AlteredRuleTests
{
    [Theory]
    [InlineData("port", "6543", HealthLevel.Critical), InlineData("archive_mode", "off", HealthLevel.Critical), InlineData("recovery_end_command", "touch /tmp/x", HealthLevel.Critical)]
    [InlineData("listen_addresses", "*", HealthLevel.Warning), InlineData("recovery_min_apply_delay", "1h", HealthLevel.Warning)]
    public void What_only_the_configuration_decides_is_found(string name, string value, HealthLevel level)
    {
        var finding = AlteredRule.Of(GivenHealth.Health(h => h with { Altered = [new(name, value)] })).ShouldHaveSingleItem();
        finding.Level.ShouldBe(level);
        finding.Measured.ShouldBe($"postgresql.auto.conf sets {name} to '{value}', against the configuration, at the latest at the next start of the server");
        finding.Next.ShouldContain($"alter system reset {name}");
    }

    [Fact]
    public void Without_any_nothing_is_found() => AlteredRule.Of(GivenHealth.Look()).ShouldBeEmpty();

    [Fact]
    public void A_value_may_hold_blanks_or_nothing()
    {
        AlteredSetting.Parse("port 6543").ShouldBe(new AlteredSetting("port", "6543"));
        AlteredSetting.Parse("restore_command cp /x %p").ShouldBe(new AlteredSetting("restore_command", "cp /x %p"));
        AlteredSetting.Parse("archive_command").ShouldBe(new AlteredSetting("archive_command", ""));
    }
}

using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

/// <summary>The table as several versions print it.</summary>
public class ServerTableTests
{
    [Theory]
    [InlineData("""
        Name           Address    Port   Status  Leader  Protocol  Build  Datacenter  Region
        db-1.global    127.0.0.1  28583  alive   true    2         1.1.2  dc1         global
        db-2.global    127.0.0.2  28583  left    false   2         1.1.2  dc1         global

        """)]
    [InlineData("""
        Name           Address    Port   Status  Leader  Raft Version  Build  Datacenter  Region
        db-1.global    127.0.0.1  28583  alive   true    3             1.1.2  dc1         global
        db-2.global    127.0.0.2  28583  left    false   3             1.1.2  dc1         global

        Error determining leaders: 1 error occurred:
        """)]
    public void Name_region_state_and_version_are_read_by_their_headings(string text) => ServerTable.Parse(text).ShouldBe(
    [
        new NomadServer("db-1.global", "global", Alive: true, new Version(1, 1, 2)),
        new NomadServer("db-2.global", "global", Alive: false, new Version(1, 1, 2)),
    ]);

    [Fact]
    public void No_table_is_no_server() => ServerTable.Parse("hello\n").ShouldBeEmpty();

    [Theory]
    [InlineData("1.8.4+ent", "1.8.4"), InlineData("1.11.0-beta.1", "1.11.0"), InlineData("v2.0.5", "2.0.5"), InlineData("unknown", null), InlineData("", null)]
    public void A_version_may_carry_more_than_numbers(string text, string? version) => NomadVersion.Parse(text)?.ToString().ShouldBe(version);
}

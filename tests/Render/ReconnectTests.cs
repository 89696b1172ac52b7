using Runbook.Render;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.Render;

/// <summary>A server stays where it is while the agent of its node is away, in the words that the servers' version knows.</summary>
public class ReconnectTests
{
    [Theory]
    [InlineData("2.0.5", true, false), InlineData("1.8.0", true, false), InlineData("1.7.7", false, true)]
    [InlineData("1.3.0", false, true), InlineData("1.2.9", false, false), InlineData("1.1.2", false, false), InlineData("", true, false)]
    public void Only_what_the_oldest_server_can_read_is_rendered(string version, bool disconnect, bool older)
    {
        var renderer = new JobRenderer(Repository.PathOf("templates"));
        var server = renderer.Render(Scenarios.All["s3"], version.Length > 0 ? Version.Parse(version) : null)[0].Text;
        server.Contains("disconnect {", StringComparison.Ordinal).ShouldBe(disconnect);
        server.Contains("max_client_disconnect = \"24h\"", StringComparison.Ordinal).ShouldBe(older);
    }

    // Nomad refuses a job whose task may take longer to end than its deployment may.
    [Theory]
    [InlineData(5, "11m"), InlineData(25, "25m")]
    public void A_deployment_waits_no_shorter_than_the_server_may_take_to_end(int killTimeout, string deadline)
    {
        var settings = Scenarios.All["s3"] with { Postgres = Scenarios.All["s3"].Postgres with { KillTimeout = TimeSpan.FromMinutes(killTimeout), StartTimeout = TimeSpan.FromMinutes(10) } };
        new JobRenderer(Repository.PathOf("templates")).Render(settings)[0].Text.ShouldMatch($"progress_deadline += \"{deadline}\"");
    }
}

using Runbook;
using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

public class NomadEnvironmentTests
{
    [Fact]
    public void What_the_profile_says_is_set_and_nothing_else()
    {
        NomadEnvironment.Of("", "", "").ShouldBeEmpty();
        NomadEnvironment.Of("https://nomad:4646", "", "apps").ShouldBe(new Dictionary<string, string> { ["NOMAD_ADDR"] = "https://nomad:4646", ["NOMAD_NAMESPACE"] = "apps" }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("other", "NOMAD_NAMESPACE is other, and nomad.namespace of the profile is apps: that one is used"), InlineData("apps", null), InlineData("", null), InlineData(null, null)]
    public void An_environment_that_says_something_else_is_told(string? inEnvironment, string? told) =>
        NomadEnvironment.Contradictions(NomadEnvironment.Of("https://nomad:4646", "", "apps"), name => name switch
        {
            "NOMAD_NAMESPACE" => inEnvironment, "NOMAD_ADDR" => "https://nomad:4646/", _ => "whatever",
        }).ShouldBe(told is null ? [] : [told]);

    [Theory]
    [InlineData("*", "", true), InlineData("*", "apps", false), InlineData("apps", "", false), InlineData(null, "", false)]
    public void All_namespaces_at_once_are_refused(string? inEnvironment, string configured, bool refused)
    {
        void Guard() => NomadEnvironment.GuardNamespace(NomadEnvironment.Of("", "", configured), _ => inEnvironment);
        if (refused)
            Should.Throw<RunbookException>(Guard).Next.ShouldContain("unset NOMAD_NAMESPACE");
        else
            Should.NotThrow(Guard);
    }

    [Fact]
    public void Tokens_are_secrets_and_short_words_are_none() =>
        NomadEnvironment.Secrets(name => name == "NOMAD_TOKEN" ? "1f2e3d4c-aaaa" : "short").ShouldBe(["1f2e3d4c-aaaa"]);
}

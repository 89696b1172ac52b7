using System.Collections.Immutable;
using Runbook.Output;
using Shouldly;
using Xunit;

namespace Tests.Output;

public class CommandOptionsTests
{
    [Theory]
    [InlineData("local", "", "next: ./build.sh Undo, then ./build.sh Status", "next: ./build.sh Undo, then ./build.sh Status")]
    [InlineData("prod", "", "next: ./build.sh Undo, then ./build.sh Status", "next: ./build.sh --profile prod Undo, then ./build.sh --profile prod Status")]
    [InlineData("local", "/opt/nomad", "next: ./build.sh Undo", "next: ./build.sh --nomad /opt/nomad Undo")]
    [InlineData("prod", "/opt/my nomad's", "next: ./build.sh Undo", @"next: ./build.sh --profile prod --nomad '/opt/my nomad'\''s' Undo")]
    // A report that knows the profile has named it already.
    [InlineData("prod", "nomad", "next: ./build.sh --profile prod Undo", "next: ./build.sh --profile prod --nomad nomad Undo")]
    [InlineData("prod", "", "next: ./build.sh --profile prod Undo", "next: ./build.sh --profile prod Undo")]
    [InlineData("prod", "/opt/nomad", "./build.sh --profile prod --nomad /opt/nomad Undo or ./build.sh Status", "./build.sh --profile prod --nomad /opt/nomad Undo or ./build.sh --profile prod --nomad /opt/nomad Status")]
    public void A_command_can_be_typed_as_it_stands(string profile, string nomad, string text, string typed) =>
        new CommandOptions(profile, nomad).In(text).ShouldBe(typed);

    [Fact]
    public void Layered_profiles_are_the_same_again() =>
        new CommandOptions("prod", "", "tofu") { Below = "base+" }.In("next: ./build.sh Undo").ShouldBe("next: ./build.sh --profile base+prod --terraform tofu Undo");

    [Theory]
    [InlineData("nomad node status; nomad node eligibility -enable ID", "NOMAD_ADDR=http://n:4646 NOMAD_NAMESPACE='my db' /opt/nomad node status; NOMAD_ADDR=http://n:4646 NOMAD_NAMESPACE='my db' /opt/nomad node eligibility -enable ID")]
    [InlineData("set nomad.node to the one that does", "set nomad.node to the one that does")]
    [InlineData("./build.sh --nomad nomad job", "./build.sh --profile prod --nomad nomad job")]
    public void A_nomad_command_in_advice_reaches_the_profiles_Nomad(string text, string typed)
    {
        var options = new CommandOptions("prod")
        {
            ByHand = HandTypedNomad.Of(
                "/opt/nomad",
                ImmutableDictionary<string, string>.Empty.Add("NOMAD_NAMESPACE", "my db").Add("NOMAD_ADDR", "http://n:4646").Add("NOMAD_REGION", "eu").Add("NOMAD_TOKEN", ""),
                name => name == "NOMAD_REGION" ? "eu" : null),
        };
        options.InAdvice(text).ShouldBe(typed);
        options.InAdvice(options.InAdvice(text)).ShouldBe(typed);
    }

    [Fact]
    public void Where_the_profile_says_nothing_a_nomad_command_stays_as_it_is() =>
        new CommandOptions("prod").InAdvice("nomad job status postgres").ShouldBe("nomad job status postgres");
}

using System.Collections.Immutable;
using Runbook;
using Runbook.Output;
using Shouldly;
using Xunit;

namespace Tests.Output;

public class ErrorReportTests
{
    private static readonly RunbookException Error = new(ExitCode.Refused, "no room")
    {
        State = "nothing was changed",
        Next = "./build.sh Status, or ./build.sh Restore Revert",
    };

    [Theory]
    [InlineData("local", "no room\nstate: nothing was changed\nnext:  ./build.sh Status, or ./build.sh Restore Revert")]
    [InlineData("prod", "no room\nstate: nothing was changed\nnext:  ./build.sh --profile prod Status, or ./build.sh --profile prod Restore Revert")]
    public void The_next_command_can_be_typed_as_it_stands(string profile, string text) => ErrorReport.Text(Error, new CommandOptions(profile)).ShouldBe(text);

    [Fact]
    public void What_is_not_known_is_left_out() =>
        ErrorReport.Text(new RunbookException(ExitCode.Failed, "psql ended with 1"), new CommandOptions("prod")).ShouldBe("psql ended with 1");

    // What was called is told as it was called; what is to be typed, so that it reaches the same Nomad.
    [Fact]
    public void The_advice_alone_is_completed()
    {
        var error = new RunbookException(ExitCode.Failed, "nomad job inspect postgres ended with 1") { Next = "nomad node status; ./build.sh Doctor" };
        var typed = new CommandOptions("prod") { ByHand = new HandTypedNomad("nomad", ImmutableSortedDictionary<string, string>.Empty.Add("NOMAD_ADDR", "http://n:4646")) };
        ErrorReport.Text(error, typed).ShouldBe("nomad job inspect postgres ended with 1\nnext:  NOMAD_ADDR=http://n:4646 nomad node status; ./build.sh --profile prod Doctor");
    }
}

using Runbook;
using Runbook.Report;
using Shouldly;
using Xunit;

namespace Tests.Report;

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
    public void The_next_command_can_be_typed_as_it_stands(string profile, string text) => new CommandOptions(profile).In(ErrorReport.Text(Error)).ShouldBe(text);

    [Fact]
    public void What_is_not_known_is_left_out() => ErrorReport.Text(new RunbookException(ExitCode.Failed, "psql ended with 1")).ShouldBe("psql ended with 1");
}

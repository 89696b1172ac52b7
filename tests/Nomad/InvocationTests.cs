using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

public class InvocationTests
{
    [Theory]
    [InlineData("plain", "x plain"), InlineData("-meta", "x -meta"), InlineData("a=b/c:1@2", "x a=b/c:1@2")]
    [InlineData("", "x ''"), InlineData("two words", "x 'two words'"), InlineData("it's", "x 'it'\\''s'"), InlineData("$HOME", "x '$HOME'")]
    [InlineData("*", "x '*'"), InlineData("é", "x 'é'"), InlineData("a\nb", "x 'a\nb'")]
    public void It_reads_as_one_would_type_it(string word, string line) => new Invocation("x", [word]).ToString().ShouldBe(line);

    [Fact]
    public void Standard_input_and_environment_are_never_shown()
    {
        var text = new Invocation("x", ["-"])
        {
            StandardInput = "secret",
            Environment = new Dictionary<string, string> { ["NOMAD_TOKEN"] = "secret" }.ToImmutable(),
        }.ToString();
        text.ShouldBe("x -");
    }

    [Theory]
    [InlineData("out", "err\nmore\n\n", "err more"), InlineData("out\n", " \n", "out"), InlineData("", "1\n2\n3\n4\n5", "1 2 3 4")]
    public void A_reason_is_what_was_said_on_standard_error_first(string output, string error, string reason) =>
        new Outcome(new Invocation("x", []), 1, output, error).Reason.ShouldBe(reason);
}

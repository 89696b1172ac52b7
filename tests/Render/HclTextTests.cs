using Runbook.Render;
using Shouldly;
using Xunit;

namespace Tests.Render;

public class HclTextTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a \"b\" \\ c", "\"a \\\"b\\\" \\\\ c\"")]
    [InlineData("${x} %{y} 100% $5", "\"$${x} %%{y} 100% $5\"")]
    [InlineData("a\nb\tc\u0001", "\"a\\nb\\tc\\u0001\"")]
    public void Strings_are_quoted(string text, string quoted) => HclText.Quote(text).ShouldBe(quoted);

    [Theory]
    [InlineData("a\n", "<<EOT\na\nEOT")]
    [InlineData("a", "<<EOT\na\nEOT")]
    [InlineData("", "<<EOT\n\nEOT")]
    [InlineData("${x} $${y} %{z}\n", "<<EOT\n$${x} $$${y} %%{z}\nEOT")]
    [InlineData("a\n  EOT\nb\n", "<<EOT_\na\n  EOT\nb\nEOT_")]
    public void Heredocs_hold_any_text(string text, string heredoc) => HclText.Heredoc(text).ShouldBe(heredoc);

    [Fact]
    public void Delimiters_that_the_text_holds_are_avoided() =>
        HclText.VerbatimAttributes("{{1}} <%0 <%1\n").ShouldStartWith("left_delimiter = \"<%2\"\nright_delimiter = \"2%>\"\n");

    [Fact]
    public void Formatting_aligns_attributes_indents_blocks_and_leaves_heredocs_alone() => HclFormatter.Format("""

        job "x" {

        a = 1
            longer = "b = { c"
        # A comment ends the group.
        b = <<EOT
          x = 1


        y {
        EOT
        bb = 2

        list = [
        "a",
        ]


        inner {
        c = 1

        }
        }


        """.ReplaceLineEndings("\n")).ShouldBe("""
        job "x" {
          a      = 1
          longer = "b = { c"
          # A comment ends the group.
          b  = <<EOT
          x = 1


        y {
        EOT
          bb = 2

          list = [
            "a",
          ]

          inner {
            c = 1
          }
        }

        """.ReplaceLineEndings("\n"));
}

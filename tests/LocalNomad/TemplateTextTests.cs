using LocalNomad.Jobspec;
using LocalNomad.Model;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

public class TemplateTextTests
{
    [Theory]
    [InlineData("a {{ env \"X\" }} b", "a 1 b")]
    [InlineData("{{env `X`}}", "1")]
    [InlineData("a\n{{- env \"X\" -}}\n b", "a1b")]
    [InlineData("{{/* note */}}x", "x")]
    [InlineData("{{ \"{{\" }}", "{{")]
    [InlineData("[{{ env \"MISSING\" }}]", "[]")]
    [InlineData("no actions ${X} }}", "no actions ${X} }}")]
    public void Templates_are_rendered(string text, string expected)
    {
        var template = new TaskTemplate { EmbeddedTmpl = text };
        TemplateText.Problems(template).ShouldBeEmpty();
        TemplateText.Render(template, new Dictionary<string, string> { ["X"] = "1" }).ShouldBe(expected);
    }

    [Theory]
    [InlineData("{{ key \"a\" }}", "\"key \"a\"\" is not understood")]
    [InlineData("{{ with secret \"a\" }}x{{ end }}", "not understood")]
    [InlineData("{{ env X }}", "not understood")]
    [InlineData("{{ env \"X\"", "never closed")]
    public void Other_actions_are_problems(string text, string problem) =>
        TemplateText.Problems(new TaskTemplate { EmbeddedTmpl = text })[0].ShouldContain(problem);
}

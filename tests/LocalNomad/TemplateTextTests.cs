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
        TemplateText.Variables(template).ShouldBeEmpty();
        Render(template).ShouldBe(expected);
    }

    [Theory]
    [InlineData("{{ with nomadVar \"a/b\" }}{{ .key }}{{ end }}", "value", "a/b")]
    [InlineData("{{with nomadVar `/a/b/`}}{{.key}}{{end}}", "value", "a/b")]
    [InlineData("x={{ with nomadVar \"a/b\" -}}\n  {{ .key.Value }}, {{ index . \"with-dash\" }} \n{{- end }}\n", "x=value, dashed\n", "a/b")]
    [InlineData("{{ with nomadVar \"a/b\" }}[{{ .missing }}]{{ env \"X\" }}{{ end }}", "[]1", "a/b")]
    [InlineData("{{ with nomadVar \"c\" }}{{ .key }}{{ with nomadVar \"a/b\" }}{{ .key }}{{ end }}{{ .key }}{{ end }}", "other valueother ", "a/b c")]
    public void Variables_are_rendered(string text, string expected, string paths)
    {
        var template = new TaskTemplate { EmbeddedTmpl = text };
        TemplateText.Problems(template).ShouldBeEmpty();
        TemplateText.Variables(template).ShouldBe(paths.Split(' '));
        Render(template).ShouldBe(expected);
    }

    [Fact]
    public void Blanks_in_a_value_are_no_blanks_of_the_template()
    {
        var template = new TaskTemplate { EmbeddedTmpl = "{{ with nomadVar \"c\" }}{{ .key }}{{- /* trims the text before it, not a value */ -}} \n|{{ end }}" };
        Render(template).ShouldBe("other |");
    }

    [Theory]
    [InlineData("{{ key \"a\" }}", "\"key \"a\"\" is not understood")]
    [InlineData("{{ with secret \"a\" }}x{{ end }}", "not understood")]
    [InlineData("{{ env X }}", "not understood")]
    [InlineData("{{ env \"X\"", "never closed")]
    [InlineData("{{ with nomadVar \"a\" }}{{ .b }}", "has no end")]
    [InlineData("{{ .b }}", "\".b\" is not understood")]
    [InlineData("{{ end }}", "not understood")]
    [InlineData("{{ with nomadVar \"a\" }}{{ else }}{{ end }}", "\"else\" is not understood")]
    [InlineData("{{ (nomadVar \"a\").b }}", "not understood")]
    [InlineData("{{ range nomadVarList }}{{ end }}", "not understood")]
    [InlineData("{{ with $v := nomadVar \"a\" }}{{ end }}", "not understood")]
    public void Other_actions_are_problems(string text, string problem) =>
        TemplateText.Problems(new TaskTemplate { EmbeddedTmpl = text })[0].ShouldContain(problem);

    private static string Render(TaskTemplate template) => TemplateText.Render(
        template,
        new Dictionary<string, string> { ["X"] = "1" },
        new Dictionary<string, Variable>
        {
            ["a/b"] = new() { Path = "a/b", Items = new Dictionary<string, string> { ["key"] = "value", ["with-dash"] = "dashed" } },
            ["c"] = new() { Path = "c", Items = new Dictionary<string, string> { ["key"] = "other " } },
        });
}

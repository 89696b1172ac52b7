using LocalNomad.Hcl;
using Shouldly;
using Xunit;

namespace Tests.LocalNomad;

public class HclParserTests
{
    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"a\\n\\t\\\"b\\\\ \\u00e9\"", "a\n\t\"b\\ é")]
    [InlineData("\"${NOMAD_TASK_DIR}/x\"", "${NOMAD_TASK_DIR}/x")]
    [InlineData("\"${ attr.kernel.name }\"", "${attr.kernel.name}")]
    [InlineData("\"$${HOME} %%{if} $HOME 5% $\"", "${HOME} %{if} $HOME 5% $")]
    [InlineData("<<EOT\n  one\ntwo $${x} ${NOMAD_PORT_db} \\n\nEOT", "  one\ntwo ${x} ${NOMAD_PORT_db} \\n\n")]
    [InlineData("<<-EOT\n    one\n\n      two\n    EOT", "one\n\n  two\n")]
    [InlineData("<<EOT\nEOT", "")]
    [InlineData("<<EOT\nEOTX\n EOT", "EOTX\n")]
    public void Text_is_read_with_its_escapes(string source, string expected) =>
        Value($"x = {source}\n").ShouldBeOfType<HclString>().Text.ShouldBe(expected);

    [Fact]
    public void Values_of_every_kind_are_read()
    {
        var body = HclParser.Parse("f", """
            # comment
            a = 1 // comment
            b = -2.5 /* comment
               over lines */
            c = true
            d = null
            e = ["x", 1,
                 [false],]
            f = { k = "v", "quoted key" : 2
                  last = [] }
            """);
        body.Attributes.Select(attribute => attribute.Name).ShouldBe(["a", "b", "c", "d", "e", "f"]);
        ((HclNumber)body.Attributes[1].Value).Number.ShouldBe(-2.5m);
        ((HclList)body.Attributes[4].Value).Items.Count.ShouldBe(3);
        ((HclObject)body.Attributes[5].Value).Items.Select(item => item.Key).ShouldBe(["k", "quoted key", "last"]);
    }

    [Fact]
    public void Blocks_have_labels_and_nest()
    {
        var body = HclParser.Parse("f", "a \"l\" m {\n b {\n }\n c { x = 1 }\n d {}\n}\n");
        var block = body.Blocks.ShouldHaveSingleItem();
        block.Labels.ShouldBe(["l", "m"]);
        block.Body.Blocks.Select(inner => inner.Type).ShouldBe(["b", "c", "d"]);
        block.Body.Blocks[1].Body.Attributes.ShouldHaveSingleItem().Name.ShouldBe("x");
    }

    [Theory]
    [InlineData("x = \n", "f:1,5: Invalid expression")]
    [InlineData("x = 1 y = 2\n", "f:1,7: Missing newline")]
    [InlineData("x = 1\nx = 2\n", "f:2,1: Attribute redefined")]
    [InlineData("a {\n", "f:1,4: Unclosed configuration block")]
    [InlineData("a { b {} }\n", "f:1,5: Argument definition required")]
    [InlineData("a { b = 1, c = 2 }\n", "f:1,10: Invalid single-argument block definition")]
    [InlineData("x = \"abc\n", "f:1,5: Unterminated string")]
    [InlineData("x = \"\\q\"\n", "f:1,6: Invalid escape sequence")]
    [InlineData("x = <<EOT\nabc\n", "f:1,5: Unterminated heredoc")]
    [InlineData("x = [1 2]\n", "f:1,8: Missing item separator")]
    [InlineData("x = upper(\"a\")\n", "f:1,5: Unsupported expression")]
    [InlineData("x = \"${upper(a)}\"\n", "f:1,6: Unsupported template expression")]
    [InlineData("x = \"${var.a}\"\n", "f:1,6: Unsupported template expression")]
    [InlineData("x = \"%{ if a }\"\n", "f:1,6: Unsupported template directive")]
    [InlineData("x = \"${a\n", "f:1,6: Unterminated template sequence")]
    [InlineData("/* x\n", "f:1,1: Unterminated comment")]
    [InlineData("= 1\n", "f:1,1: Argument or block definition required")]
    [InlineData("x = 1.2.3\n", "f:1,5: Invalid number")]
    public void What_is_not_understood_is_refused_with_its_place(string source, string message) =>
        Should.Throw<HclException>(() => HclParser.Parse("f", source)).Message.ShouldStartWith(message);

    private static HclValue Value(string source) => HclParser.Parse("f", source).Attributes.ShouldHaveSingleItem().Value;
}

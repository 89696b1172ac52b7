using System.Text;
using Host.Masking;
using Shouldly;
using Xunit;

namespace Tests.Host;

public class MaskingTests
{
    [Theory]
    [InlineData("geheim", "a geheim b geheimgeheim c", "a *** b ****** c")]
    [InlineData("geheim", "gegeheim", "ge***")]
    [InlineData("aab", "aaab", "a***")]
    [InlineData("geheim", "gehei", "gehei")]
    [InlineData("geheim,geheimnis", "geheimnis geheim geheimn.", "*** *** ***n.")]
    [InlineData("ab", "ab cd", "ab cd")]
    [InlineData("p@ss w", "postgres://u:p%40ss%20w@h", "postgres://u:***@h")]
    [InlineData("say\"it\"", """{"p":"say\u0022it\u0022"}""", """{"p":"***"}""")]
    [InlineData("first-line\nsecond-line", "first-line\nsecond-line\n  second-line", "***\n  ***")]
    public void A_secret_is_masked_however_it_is_split(string secrets, string text, string expected)
    {
        // Every way of cutting the text in two, and letter by letter.
        for (var cut = 0; cut <= text.Length; cut++)
            Write(secrets, text[..cut], text[cut..]).ShouldBe(expected);
        Write(secrets, [.. text.Select(x => x.ToString())]).ShouldBe(expected);
    }

    [Theory]
    // A login name, a window title, a line that overwrites the one before, a name that reads backwards, one control character of eight bits.
    [InlineData("user=\"a\e[2J\e[1;1Hb\"\n", "user=\"a\\x1b[2J\\x1b[1;1Hb\"\n")]
    [InlineData("\e]0;title\a", "\\x1b]0;title\\x07")]
    [InlineData("failed\rhealthy", "failed\\x0dhealthy")]
    [InlineData("a\u202eb", "a\\u202eb")]
    [InlineData("\u009b2J\u007f", "\\x9b2J\\x7f")]
    [InlineData("\e[8mhidden", "\\x1b[8mhidden")]
    // Our own.
    [InlineData("a\tb\r\nc", "a\tb\r\nc")]
    [InlineData("\e[31mTarget X failed\e[0m\n", "\e[31mTarget X failed\e[0m\n")]
    [InlineData("  50 % copied\e[K\r", "  50 % copied\e[K\r")]
    public void What_is_not_ours_cannot_take_hold_of_the_terminal(string text, string expected)
    {
        Write("", text).ShouldBe(expected);
        Write("geheim", text).ShouldBe(expected);
    }

    [Theory]
    [InlineData("paused: x\n::error::y\n", "paused: x\n\\::error::y\n")]
    [InlineData("  ::add-mask::y\n", "  \\::add-mask::y\n")]
    [InlineData("\e[31m::stop-commands::y\n", "\e[31m\\::stop-commands::y\n")]
    [InlineData("a ##[error]b\n", "a \\##[error]b\n")]
    [InlineData("host=::1 ok\n", "host=::1 ok\n")]
    public void No_line_is_a_command_to_a_workflow(string text, string expected)
    {
        var stream = new MemoryStream();
        using (var writer = new MaskingWriter(stream, new SecretMasks(), inWorkflow: true))
            writer.Write(text);
        Text(stream).ShouldBe(expected);
    }

    [Fact]
    public void What_cannot_begin_a_secret_is_written_at_once()
    {
        var (writer, stream) = Create("geheim");
        writer.Write("50 % g");
        writer.Flush();
        Text(stream).ShouldBe("50 % ");
        writer.Write('o');
        Text(stream).ShouldBe("50 % go");
    }

    private static string Write(string secrets, params string[] pieces)
    {
        var (writer, stream) = Create(secrets);
        foreach (var piece in pieces)
            writer.Write(piece);
        writer.Dispose();
        return Text(stream);
    }

    private static (MaskingWriter Writer, MemoryStream Stream) Create(string secrets)
    {
        var masks = new SecretMasks();
        masks.Add(secrets.Split(','));
        var stream = new MemoryStream();
        return (new MaskingWriter(stream, masks), stream);
    }

    private static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.ToArray());
}

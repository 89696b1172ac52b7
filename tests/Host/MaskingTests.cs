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

using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>Passwords reach the server as they were meant, wherever they come from.</summary>
public sealed class InitTests : IDisposable
{
    private readonly Node _node = new();

    public InitTests()
    {
        _node.SetFake("serving", "");
        File.WriteAllText(_node.At("task", "databases.tsv"), "");
    }

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("rendered", "rendered"), InlineData("rendered\n", "rendered"), InlineData(" with blanks \\n \n", @" with blanks \n ")]
    public void A_rendered_password_is_set_without_the_line_feed_at_its_end(string rendered, string password)
    {
        Render(rendered);
        var said = Init();
        said.Code.ShouldBe(0, said.Error);
        _node.Fake("passwords").ShouldBe($"\\password \"postgres\"\n{password}\n{password}\n");
        File.ReadAllText(Path.Combine(_node.State, "init.fingerprint")).ShouldBe("f1");
    }

    // A key that the Nomad variable does not have is rendered as nothing.
    [Theory]
    [InlineData("", "is empty"), InlineData("\n", "is empty"), InlineData("one\ntwo\n", "has more than one line")]
    public void A_password_that_is_none_is_refused(string rendered, string reason)
    {
        Render(rendered);
        var said = Init();
        said.Code.ShouldNotBe(0);
        said.Error.ShouldContain("role postgres");
        said.Error.ShouldContain(reason);
        _node.Fake("passwords").ShouldBeEmpty();
    }

    [Fact]
    public void A_password_that_nobody_gives_is_generated_once()
    {
        Init().Code.ShouldBe(0);
        var first = _node.Fake("passwords").Split('\n')[1];
        first.Length.ShouldBe(20);
        Init().Code.ShouldBe(0);
        _node.Fake("passwords").Split('\n')[4].ShouldBe(first);
    }

    private void Render(string text)
    {
        Directory.CreateDirectory(_node.At("secrets"));
        File.WriteAllText(_node.At("secrets", "superuser.password"), text);
    }

    private Said Init() => _node.Run("init.sh", [], ("NOMAD_META_fingerprint", "f1"));
}

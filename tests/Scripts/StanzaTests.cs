using Shouldly;
using Xunit;

namespace Tests.Scripts;

public sealed class StanzaTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("", 0, 1, true)]
    [InlineData("50\n50\n", 0, 3, true)]
    [InlineData("50\n28\n", 28, 2, false)]
    public void A_lock_that_the_archiver_holds_is_waited_for_and_nothing_else(string codes, int code, int tries, bool isChecked)
    {
        _node.SetFake("stanza-codes", codes);
        _node.Run("stanza.sh", []).Code.ShouldBe(code);
        var calls = _node.Fake("calls").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        calls.Count(c => c.Contains(" stanza-create ")).ShouldBe(tries);
        calls.Any(c => c.Contains(" check ")).ShouldBe(isChecked);
    }
}

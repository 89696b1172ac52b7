using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>PostgreSQL takes any failure up to 125 for the end of the archive: a dead repository must not look like one.</summary>
public sealed class ArchiveGetTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("0", 0, 1), InlineData("1", 1, 1)]
    [InlineData("103 103 103", 200, 3), InlineData("39 42 49", 200, 3), InlineData("143 143 143", 200, 3)]
    [InlineData("103 0", 0, 2), InlineData("103 103 1", 1, 3)]
    public void Only_a_missing_segment_ends_recovery(string codes, int code, int calls)
    {
        _node.SetFake("get-codes", codes.Replace(' ', '\n') + "\n");

        var said = _node.Run("archive-get.sh", ["000000010000000000000001", "pg_wal/RECOVERYXLOG"]);

        said.Code.ShouldBe(code);
        _node.Fake("calls").Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            Enumerable.Repeat("--stanza=db --pg1-path=/ archive-get 000000010000000000000001 pg_wal/RECOVERYXLOG", calls));
    }

    [Fact]
    public void What_the_archive_lacks_is_counted_until_it_has_something()
    {
        var missed = Path.Combine(_node.State, "archive.missed");
        Directory.CreateDirectory(_node.State);
        File.WriteAllText(missed, "");
        _node.SetFake("get-codes", "1\n1\n0\n");
        _node.Run("archive-get.sh", ["A", "B"]);
        _node.Run("archive-get.sh", ["A", "B"]);
        File.ReadAllText(missed).ShouldBe("A\nA\n");
        _node.Run("archive-get.sh", ["A", "B"]);
        File.ReadAllText(missed).ShouldBeEmpty();
    }

    [Fact]
    public void It_waits_between_tries_but_not_after_the_last()
    {
        _node.SetFake("get-codes", "103\n103\n103\n");
        _node.Run("archive-get.sh", ["A", "B"]).Error.ShouldContain("can be started again");
        _node.Fake("slept").ShouldBe("5\n5\n");
    }
}

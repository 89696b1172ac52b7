using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>Nothing committed is left behind: what the server had not archived is archived, offered to recovery, or said.</summary>
public sealed class LeftWalTests : IDisposable
{
    internal const string First = "000000010000000000000007";
    private const string Second = "000000010000000000000008";

    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Segments_that_wait_are_archived_first()
    {
        HasWal(First, Second);
        _node.RestoreOf("r1", "set").Code.ShouldBe(0);
        _node.Fake("archived").ShouldBe($"{First}\n{Second}\n");
        _node.Restore()["unarchived"].ShouldBe("0");
        Directory.GetFiles(Kept("archive_status"), "*.ready").ShouldBeEmpty();
    }

    [Fact]
    public void What_cannot_be_archived_is_kept_counted_and_said()
    {
        HasWal(First, Second);
        _node.SetFake("push-codes", "0\n103\n");

        var said = _node.RestoreOf("r1", "set");

        said.Code.ShouldBe(0);
        said.Output.ShouldContain("warning: 1 WAL segment");
        _node.Restore()["unarchived"].ShouldBe("1");
        File.Exists(Kept(Second)).ShouldBeTrue();
        File.Exists(Kept("archive_status", Second + ".ready")).ShouldBeTrue();
    }

    [Fact]
    public void Recovery_is_offered_what_could_not_be_archived()
    {
        HasWal(First);
        _node.SetFake("push-codes", "103\n");
        _node.RestoreOf("r1", "set", "latest").Code.ShouldBe(0);
        File.Exists(Path.Combine(_node.Data, "pg_wal", First)).ShouldBeTrue();
    }

    [Fact]
    public void A_server_that_was_killed_leaves_a_segment_that_nobody_will_archive()
    {
        HasWal();
        File.WriteAllText(Path.Combine(_node.Data, "pg_wal", First), "");
        File.WriteAllText(Path.Combine(_node.Data, "global", "state"), "in production");

        var said = _node.RestoreOf("r1", "set");

        said.Code.ShouldBe(0);
        said.Output.ShouldContain("warning: the server had not stopped cleanly");
        _node.Restore()["unarchived"].ShouldBe("1");
    }

    private void HasWal(params string[] segments)
    {
        _node.HasCluster();
        foreach (var segment in segments)
        {
            File.WriteAllBytes(Path.Combine(_node.Data, "pg_wal", segment), Segment(segment));
            File.WriteAllText(Path.Combine(_node.Data, "pg_wal", "archive_status", segment + ".ready"), "");
        }
    }

    [Fact]
    public void A_segment_set_aside_for_later_use_is_not_offered()
    {
        HasWal(First);
        File.WriteAllBytes(Path.Combine(_node.Data, "pg_wal", Second), Segment(First));
        _node.SetFake("push-codes", "103\n");

        var said = _node.RestoreOf("r1", "set", "latest");

        said.Output.ShouldContain($"offering {First}");
        said.Output.ShouldNotContain($"offering {Second}");
    }

    // The first page's header names the position that it was written for; a whole segment of 16 bytes is enough here.
    internal static byte[] Segment(string name)
    {
        var address = (Convert.ToUInt64(name[8..16], 16) << 32) + (Convert.ToUInt64(name[16..], 16) * 16);
        return [.. new byte[8], .. BitConverter.GetBytes(address)];
    }

    private string Kept(params string[] parts) => Path.Combine([_node.Data + ".kept-r1", "pg_wal", .. parts]);
}

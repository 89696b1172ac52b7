using Runbook.Cluster;
using Runbook.Output;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>Whether the data volume has room for the copy, and what to discard where it has not. Pure.</summary>
internal static class RestoreRoom
{
    // Beside the files of the set: recovery writes WAL, and a volume that is full to the brim stops a server.
    private const double Factor = 1.05;

    /// <summary>Bytes that the restore adds to the volume.</summary>
    public static long Needed(NodeFacts node, BackupSet set, RestoreStrategy strategy)
    {
        // What an earlier restore has copied and never started is reused.
        var reused = node.Restore switch
        {
            _ when strategy == RestoreStrategy.InPlace => node.DataBytes,
            { Unfinished: true } copied => copied.BytesCopied,
            { Restored: true } => node.DataBytes,
            _ => 0,
        };
        return Math.Max(0, (long)(set.Size * Factor) - reused);
    }

    /// <summary>Refuses a copy that does not fit.</summary>
    public static void Guard(NodeFacts node, BackupSet set, RestoreStrategy strategy)
    {
        var needed = Needed(node, set, strategy);
        if (node.DiskFree >= needed)
            return;
        var where = strategy == RestoreStrategy.InPlace ? "to grow" : "for a copy";
        throw RunbookException.Refused(
            $"the data volume has {Words.Bytes(node.DiskFree)} free, the restore needs {Words.Bytes(needed)} {where}", Ways(node, needed, strategy));
    }

    private static string Ways(NodeFacts node, long needed, RestoreStrategy strategy)
    {
        // Oldest first: what was kept last is what Undo would go back to.
        var discarded = new List<KeptDirectory>();
        var free = node.DiskFree;
        foreach (var kept in node.Kept.OrderBy(k => k.KeptAt).ThenBy(k => k.Id, StringComparer.Ordinal))
        {
            if (free >= needed)
                break;
            discarded.Add(kept);
            free += kept.Bytes;
        }
        var commands = string.Join(", then ", discarded.Select(k => $"./build.sh Discard --id {k.Id} ({Words.Bytes(k.Bytes)}, kept {Words.At(k.KeptAt)})"));
        var room = (discarded.Count, free >= needed) switch
        {
            (0, _) => "make room on the data volume, then run the same command",
            (_, true) => commands,
            _ => $"{commands}, and make {Words.Bytes(needed - free)} more room",
        };
        return strategy == RestoreStrategy.InPlace ? room : $"{room}; or --in-place, which needs no space for a copy and cannot be undone";
    }
}

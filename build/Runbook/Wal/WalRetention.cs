using Runbook.Settings;

namespace Runbook.Wal;

/// <summary>Which sets keep all later WAL, and not only what they need to be consistent: as pgBackRest's <c>expire</c> decides it. Pure.</summary>
public static class WalRetention
{
    /// <summary>The labels of the sets from which recovery can go on, among all sets of one repository.</summary>
    public static IReadOnlySet<string> WithAllWal(IReadOnlyCollection<BackupSet> sets, RetentionSettings retention)
    {
        var counted = sets.Where(s => s.Type switch
        {
            BackupType.Full => true,
            BackupType.Diff => retention.ArchiveType != ArchiveRetentionType.Full,
            _ => retention.ArchiveType == ArchiveRetentionType.Incr,
        }).OrderByDescending(s => s.Label, StringComparer.Ordinal).ToList();
        var all = retention.Archive == 0 || counted.Count < retention.Archive;
        var with = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in sets.GroupBy(s => s.ArchiveId))
        {
            // Where none of the newest lies in this folder, the newest that does.
            var from = all ? "" : counted.Take(retention.Archive).LastOrDefault(s => s.ArchiveId == folder.Key)?.Label
                ?? counted.FirstOrDefault(s => s.ArchiveId == folder.Key)?.Label ?? "";
            with.UnionWith(folder.Where(s => s.NamesWal && string.CompareOrdinal(s.Label, from) >= 0).Select(s => s.Label));
        }
        return with;
    }
}

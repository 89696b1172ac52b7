using System.Globalization;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>Chooses the timeline that recovery follows. PostgreSQL's own "latest" is the highest number, which may be a
/// timeline that was abandoned. Pure.</summary>
public static class TimelineChoice
{
    /// <summary>The set's own timeline.</summary>
    public const string Current = "current";

    /// <summary>The newest timeline.</summary>
    public const string Latest = "latest";

    /// <summary>The way to take; null for each set's own.</summary>
    /// <param name="word">A number, <see cref="Current"/> or <see cref="Latest"/>; empty for the cluster's own or, where no set
    /// lies on the way to that, the newest that one does.</param>
    /// <param name="history">Of the archive.</param>
    /// <param name="sets">That a choice can be made from.</param>
    /// <param name="named">The set that was named; null when any may be taken.</param>
    /// <param name="own">The cluster's own timeline; 0 when unknown.</param>
    /// <exception cref="RunbookException">The timeline does not exist, or the set does not lie on the way to it.</exception>
    public static TimelinePath? Choose(
        string word, IReadOnlyList<TimelineFork> history, IReadOnlyList<BackupSet> sets, BackupSet? named, uint own)
    {
        if (word == Current)
            return null;
        var known = TimelinePath.Known(history, sets);
        if (word.Length == 0)
        {
            return known.Where(t => t == own).Concat(known.Reverse()).Select(t => TimelinePath.To(t, history))
                .First(way => named is null ? sets.Any(way.Holds) : way.Holds(named));
        }
        var number = word == Latest ? known[^1] : uint.Parse(word, CultureInfo.InvariantCulture);
        if (!known.Contains(number))
            throw RunbookException.Refused(
                $"timeline {number} is unknown to the archive; it knows {string.Join(", ", known)}", "the same command with one of them, or with --target-timeline current");
        var asked = TimelinePath.To(number, history);
        if (named is not null && !asked.Holds(named))
            throw RunbookException.Refused(
                $"backup set {named.Label} (timeline {named.Timeline}, ends at {named.LsnStop}) is not on the path to timeline {number} ({Way(asked)})",
                sets.LastOrDefault(asked.Holds) is { } other ? $"the same command with --backup-set {other.Label}, or with --target-timeline current" : "the same command with --target-timeline current");
        return !sets.Any(asked.Holds)
            ? throw RunbookException.Refused($"no backup set is on the path to timeline {number} ({Way(asked)})", "./build.sh Backups, or the same command with --target-timeline current")
            : asked;
    }

    private static string Way(TimelinePath way) =>
        string.Join(", ", way.Legs.Select(l => l.Until == ulong.MaxValue ? $"timeline {l.Timeline}" : $"timeline {l.Timeline} until {Lsn.Text(l.Until)}"));
}

using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>Whether recovery can reach a target with the WAL that is left. PostgreSQL finds out after the copy, if at all. Pure.</summary>
public static class TargetWindow
{
    /// <summary>Whether a set ended before the target. pgBackRest tells whole seconds, rounded down: the same second may be
    /// too late.</summary>
    public static bool IsBefore(BackupSet set, RecoveryTarget target) => target.Kind switch
    {
        TargetKind.Time => TargetTime.Read(target.Value) is { } time && set.FinishedAt.ToUnixTimeSeconds() < time.ToUnixTimeSeconds(),
        TargetKind.Lsn => Lsn.Parse(set.LsnStop) <= Lsn.Parse(target.Value),
        _ => true,
    };

    /// <summary>The segments in which to look for the last commit, newest first; none where the target does not depend on it.</summary>
    /// <param name="target">Where recovery ends.</param>
    /// <param name="reach">How far the WAL reaches.</param>
    /// <param name="serves">The server of the timeline that is followed takes writes: its WAL goes on up to now.</param>
    public static ImmutableArray<string> Unsettled(RecoveryTarget target, WalReach reach, bool serves) =>
        target.Kind switch
        {
            TargetKind.Time when reach.Gap || !serves => reach.Newest,
            TargetKind.Latest when reach.Gap => reach.Newest,
            _ => [],
        };

    /// <summary>Refuses a target that recovery would not reach.</summary>
    /// <exception cref="RunbookException">It tells the window that is possible and what lies nearest.</exception>
    public static void Guard(RestoreRequest request, RestoreChoice choice, WalReach reach, RestoreLook look, bool serves)
    {
        var target = request.Target;
        switch (target.Kind)
        {
            case TargetKind.Latest when reach.Gap:
                throw Gap(request, choice, reach, look);
            case TargetKind.Lsn:
                GuardPosition(request, choice, reach, look, serves);
                break;
            case TargetKind.Time when TargetTime.Read(target.Value) is { } time:
                if (time > look.Now)
                    throw Refused(request, "is in the future", choice, $"now ({Words.At(look.Now)})", look.Zone);
                if (reach.Gap || !serves)
                    GuardTime(request, time, choice, reach, look);
                break;
        }
    }

    /// <summary>The end of a target before every set, or before the one that was named.</summary>
    internal static RunbookException BeforeFirst(RestoreRequest request, BackupSet? named, IReadOnlyList<BackupSet> usable, TimeZoneInfo zone)
    {
        var first = usable[0];
        var option = TargetText.Typed(request.Target);
        if (named is not null && usable.LastOrDefault(s => IsBefore(s, request.Target)) is { } older)
            return RunbookException.Refused(
                $"{TargetText.InWords(request.Target, zone)} is before the end of backup set {named.Label} ({End(request, named)})",
                $"./build.sh Restore {option} --backup-set {older.Label}, the newest set that ended before it");
        return RunbookException.Refused(
            $"{TargetText.InWords(request.Target, zone)} is before the end of the first backup set on its timeline: restorable from {End(request, first)} ({first.Label}) on",
            $"./build.sh Restore --backup-set {first.Label}, the nearest point");
    }

    private static void GuardPosition(RestoreRequest request, RestoreChoice choice, WalReach reach, RestoreLook look, bool serves)
    {
        var position = Lsn.Parse(request.Target.Value);
        // A running server goes on writing where the last segment ends; without it no record begins there any more.
        if (position < reach.End || (serves && !reach.Gap && position == reach.End))
            return;
        throw reach.Gap ? Gap(request, choice, reach, look) : Refused(request, "is after the end of all WAL", choice, Lsn.Text(reach.End), look.Zone);
    }

    private static void GuardTime(RestoreRequest request, DateTimeOffset time, RestoreChoice choice, WalReach reach, RestoreLook look)
    {
        // PostgreSQL stops at the first commit behind the target; where none follows it takes the target for missed.
        if (look.LastCommit is { } last && (time < last.At || (time == last.At && request.Target.Exclusive)))
            return;
        if (reach.Gap)
            throw Gap(request, choice, reach, look);
        // What was archived by then holds no later commit. Within that, recovery itself tells, before anything is swapped.
        if (look is { CommitsUnknown: true, LastCommit: null } && reach.ArchivedAt is { } archived)
        {
            if (time <= archived)
                return;
            throw Refused(request, "is after the last archived WAL", choice, TargetTime.InWords(archived, look.Zone), look.Zone);
        }
        var oldest = reach.Newest.LastOrDefault() ?? "";
        if (look.LastCommit is null && oldest.Length > 0 && oldest[8..] != choice.Set.WalStart[8..])
            throw RunbookException.Refused(
                $"{TargetText.InWords(request.Target, look.Zone)}: there is no commit in the newest {reach.Newest.Length} WAL segments ({oldest} to {reach.Newest[0]}), so the position of that time is not known",
                Nearest(request, choice));
        if (look.LastCommit is null || look.LastCommit.At <= choice.Usable[0].FinishedAt)
            throw RunbookException.Refused(
                $"{TargetText.InWords(request.Target, look.Zone)}: no commit is left from after the end of the first backup set ({choice.Usable[0].Label}, {Words.At(choice.Usable[0].FinishedAt)}), so recovery could not stop at any time",
                Nearest(request, choice));
        throw Refused(request, "is after the last commit", choice, TargetTime.InWords(look.LastCommit.At, look.Zone), look.Zone);
    }

    private static RunbookException Refused(RestoreRequest request, string why, RestoreChoice choice, string end, TimeZoneInfo zone) => RunbookException.Refused(
        $"{TargetText.InWords(request.Target, zone)} {why}; restorable: from {End(request, choice.Usable[0])} ({choice.Usable[0].Label}) to before {end}",
        Nearest(request, choice));

    private static string Nearest(RestoreRequest request, RestoreChoice choice) =>
        $"./build.sh Restore --recovery-target latest{TargetText.Company(request)} for all that is left, or --backup-set {choice.Usable[^1].Label} for the end of the newest set";

    // The ways out of a gap: behind it with a newer set, or before it.
    private static RunbookException Gap(RestoreRequest request, RestoreChoice choice, WalReach reach, RestoreLook look)
    {
        var archive = look.Archive!;
        var behind = choice.Usable.FirstOrDefault(s => WalName.Number(s.WalStart, archive.SegmentSize) > WalName.Number(reach.Missing, archive.SegmentSize));
        var before = look.LastCommit is { } last ? $"the last commit before it is of {TargetTime.InWords(last.At, look.Zone)}"
            : reach.ArchivedAt is { } at ? $"the last segment before it was archived {Words.At(at)}" : "nothing is there before it";
        var ways = new List<string>();
        if (behind is not null)
            ways.Add(request.Target.Kind == TargetKind.Latest
                ? $"./build.sh Restore --recovery-target latest --backup-set {behind.Label}, which begins after it"
                : $"./build.sh Restore --backup-set {behind.Label}, whose end is after it");
        if (reach.Newest is [var newest, ..])
            ways.Add($"./build.sh Restore --target-lsn {Lsn.Text(WalName.Number(newest, archive.SegmentSize) * (ulong)archive.SegmentSize)}, the last segment before it (any position below {Lsn.Text(reach.End)})");
        ways.Add($"./build.sh Restore --backup-set {choice.Set.Label}, the end of the set before it");
        return RunbookException.Refused(
            $"{ClusterWords.Missing(reach.Missing, reach.End)}; {before}",
            string.Join("; or ", ways));
    }

    private static string End(RestoreRequest request, BackupSet set) =>
        request.Target.Kind == TargetKind.Lsn ? set.LsnStop : Words.At(set.FinishedAt);
}

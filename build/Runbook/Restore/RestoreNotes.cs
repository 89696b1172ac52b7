using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>What the operator reads before the first change: what comes, what it costs, what is lost, what can be undone. Pure.</summary>
internal static class RestoreNotes
{
    /// <summary>The lines.</summary>
    public static List<string> Of(
        ClusterSettings settings, ClusterFacts facts, RestoreChoice choice, RestoreOrder order, RestoreCourse course, RestoreLook look, WalReach? reach)
    {
        var node = facts.Node!;
        var notes = new List<string> { Set(choice.Set, look), Target(order, choice, look), Loss(facts, choice, order, look) };
        if (order.Target.Kind == TargetKind.Latest)
            notes.Add("a committed mistake, such as a dropped table, is replayed too: use --target-time TIME to stop before it");
        if (reach is { Gap: true } && order.Target.Kind is TargetKind.Xid or TargetKind.Name)
            notes.Add($"WAL segment {reach.Missing} is missing: recovery gets no further than {Lsn.Text(reach.End)}, and ends with an error if the target is after it");
        if (order.Target.Kind is TargetKind.Xid or TargetKind.Name)
            notes.Add($"it is not known beforehand where {TargetText.InWords(order.Target with { Exclusive = false }, look.Zone)} is: if before {Words.At(choice.Set.FinishedAt)}, name an older set with --backup-set");
        notes.Add($"room on the data volume: {Words.Bytes(node.DiskFree)} free, {Words.Bytes(RestoreRoom.Needed(node, choice.Set, order.Strategy))} needed");
        notes.Add(Duration(choice.Set, look));
        notes.Add(Undo(settings, node, order));
        if (Course(node.Restore, order, course) is { } line)
            notes.Add(line);
        if (order.Pause)
            notes.Add("it stops at the target, read-only and unreachable for clients: look with ./build.sh Psql, then Accept or Undo");
        return notes;
    }

    private static string Set(BackupSet set, RestoreLook look) =>
        $"set {set.Label} ({ClusterWords.Of(set.Type)}, {Words.Bytes(set.Size)}), finished {Words.At(set.FinishedAt)}, {Ago(set.FinishedAt, look)} ago";

    private static string Target(RestoreOrder order, RestoreChoice choice, RestoreLook look) => order.Target.Kind switch
    {
        TargetKind.Immediate => "recovery ends with this set (--recovery-target latest also replays all WAL after it)",
        TargetKind.Latest => $"recovery replays all WAL after it, on timeline {choice.Path!.Timeline}",
        _ => $"recovery ends {(order.Target.Exclusive ? "" : "at ")}{TargetText.InWords(order.Target, look.Zone)}, on timeline {choice.Path!.Timeline}",
    };

    private static string Loss(ClusterFacts facts, RestoreChoice choice, RestoreOrder order, RestoreLook look)
    {
        var node = facts.Node!;
        if (choice.Path is { } path && node.DataPresent && node.Timeline > 0 && path.Legs.All(l => l.Timeline != node.Timeline))
            return $"lost: every commit of the live cluster since it left that way (it is on timeline {node.Timeline})";
        // Online, clients write until the switch, and all of that is left behind as well.
        var until = order.Strategy == RestoreStrategy.Online ? " and what clients write until the switch" : "";
        return order.Target.Kind switch
        {
            TargetKind.Immediate => $"lost: commits after {Words.At(choice.Set.FinishedAt)}, the last {Ago(choice.Set.FinishedAt, look)}{until}",
            TargetKind.Time when TargetTime.Read(order.Target.Value) is { } time => $"lost: commits after {TargetTime.Utc(time)}, the last {Ago(time, look)}{until}",
            TargetKind.Latest when node.DataPresent => "lost: nothing that was committed; WAL that is only in the live directory is replayed too",
            TargetKind.Latest => "lost: what was never archived, as the data volume holds no previous directory",
            _ => $"lost: commits after the target{until}",
        };
    }

    private static string Duration(BackupSet set, RestoreLook look) => look.LastRestore is { Bytes: > 0 } last
        ? $"it may take {Words.Span(last.Took * ((double)set.Size / last.Bytes))}: the last restore took {Words.Span(last.Took)} for {Words.Bytes(last.Bytes)}"
        : "duration unknown: no earlier restore on this node";

    private static string Undo(ClusterSettings settings, NodeFacts node, RestoreOrder order) => node switch
    {
        { DataPresent: false } => "Undo will not be possible: the data directory is empty",
        _ when order.Strategy == RestoreStrategy.InPlace => $"the live directory ({Words.Bytes(node.DataBytes)}) is overwritten and not kept: this cannot be undone",
        { Restore: { Restored: true } unused } => $"restore {unused.Id} was never started: its files are reused, not kept",
        _ => $"the live directory ({Words.Bytes(node.DataBytes)}) is kept as {HostView.Directory(settings, node)}.kept-{order.Id}: Undo puts it back by rename",
    };

    private static string? Course(RestoreState? restore, RestoreOrder order, RestoreCourse course) => (course, restore) switch
    {
        (RestoreCourse.GoesOn, not null) => $"restore {order.Id} was interrupted in phase {restore.Phase}: it continues from there",
        (RestoreCourse.MovesOn, not null) => $"restore {order.Id} continues from its current point{(restore.ReachedLsn.Length > 0 ? $" ({restore.ReachedLsn})" : "")}",
        (RestoreCourse.New, { Unfinished: true }) => $"restore {restore.Id} (phase {restore.Phase}) is cancelled: this one starts over and reuses its copy",
        _ => null,
    };

    private static string Ago(DateTimeOffset at, RestoreLook look) => Words.Span(look.Now > at ? look.Now - at : TimeSpan.Zero);
}

using Runbook.Cluster;
using Runbook.Wal;

namespace Runbook.Restore;

/// <summary>How a request stands to the restore that is on the volume.</summary>
public enum RestoreCourse
{
    /// <summary>A restore of its own; what an unfinished one has copied is a head start.</summary>
    New,

    /// <summary>It is that restore: it goes on under its id.</summary>
    GoesOn,

    /// <summary>That restore stands before the target that is asked for now: it moves on to it, under its id.</summary>
    MovesOn,
}

/// <summary>Compares a request with the restore on the volume. Pure.</summary>
public static class RestoreCourses
{
    /// <summary>How the request stands to it.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="restore">What is on the volume; null when nothing is.</param>
    /// <param name="timeline">The timeline that the request would follow.</param>
    public static RestoreCourse Of(RestoreRequest request, RestoreState? restore, string timeline)
    {
        if (restore is null || restore.Source != RestoreOrder.Repository || restore.Strategy != request.Strategy || !SetFits(request, restore))
            return RestoreCourse.New;
        // The cluster's own timeline cannot be read while its directory is replaced: what was begun says which it was.
        var timelineFits = request.Timeline.Length == 0 || restore.Timeline == timeline;
        if (timelineFits && IsTarget(restore, request.Target))
            return restore.Phase == "started" ? RestoreCourse.New : RestoreCourse.GoesOn;
        return restore.Phase is "recovering" or "paused" && (timelineFits || restore.Timeline.Length == 0) && IsBefore(restore, request.Target)
            ? RestoreCourse.MovesOn
            : RestoreCourse.New;
    }

    private static bool SetFits(RestoreRequest request, RestoreState restore) =>
        request.BackupSet is "" or RestoreRequest.Newest || request.BackupSet == restore.Set;

    private static bool IsTarget(RestoreState restore, RecoveryTarget target) =>
        restore.Target == target.Word && restore.Value == target.Value && restore.Exclusive == target.Exclusive;

    // Whether recovery still has to come by the new target. What cannot be told counts as passed: starting over is never wrong.
    private static bool IsBefore(RestoreState restore, RecoveryTarget target) => target.Kind switch
    {
        TargetKind.Latest => true,
        TargetKind.Time => TargetTime.Read(target.Value) is { } time
            && (Later(time, restore.ReachedTime, target.Exclusive) || (restore.Target == "time" && Later(time, restore.Value, target.Exclusive))
                || restore.Target is "" or "immediate"),
        TargetKind.Lsn => Lsn.Parse(target.Value) is var position
            && (Beyond(position, restore.ReachedLsn) || (restore.Target == "lsn" && Beyond(position, restore.Value)) || restore.Target is "" or "immediate"),
        _ => false,
    };

    private static bool Later(DateTimeOffset time, string reached, bool exclusive) =>
        TargetTime.Read(reached) is { } at && (time > at || (time == at && !exclusive));

    private static bool Beyond(ulong position, string reached) => Lsn.TryParse(reached) is { } at && position > at;
}

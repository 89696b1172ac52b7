using System.Globalization;
using Runbook.Cluster;

namespace Runbook.Steps;

/// <summary>The point that a restore reached beside the point that was asked for.</summary>
public static class Reached
{
    private const int Hundredths = 100;

    /// <summary>One line; empty when the restore does not tell where it ended.</summary>
    public static string Line(RestoreState restore)
    {
        if (restore.ReachedLsn.Length == 0)
            return "";
        var timeline = restore.ReachedTimeline.Length > 0 ? $", timeline {restore.ReachedTimeline}" : "";
        return $"reached: {Commit(restore.ReachedTime)}, WAL {restore.ReachedLsn}{timeline} {Asked(restore)}";
    }

    /// <summary>The same for one that stands at its target and has not been promoted.</summary>
    public static string Line(RestoreState restore, RestoreProgress progress) => restore.ReachedLsn.Length > 0
        ? Line(restore)
        : progress.Replayed.Length == 0 ? "" : $"paused at: {Commit(progress.Commit)}, WAL {progress.Replayed} {Asked(restore)}";

    /// <summary>The last commit that is in it, to the hundredth of a second.</summary>
    public static string Commit(string time) => time.Length == 0 ? "no commit replayed" : $"last commit {Moment(time)}";

    /// <summary>A time that the node told, in UTC; as it is when it cannot be read.</summary>
    public static string Moment(string time)
    {
        // PostgreSQL may print an offset of hours alone, or none for a server that runs in UTC.
        if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            return time;
        var fraction = at.Millisecond * Hundredths / 1000;
        return at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + (fraction > 0 ? $".{fraction:00}" : "") + "Z";
    }

    private static string Asked(RestoreState restore) => $"(asked for: {RestoreWords.Point(restore.Target, restore.Value, restore.Exclusive)})";
}

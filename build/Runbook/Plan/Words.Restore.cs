using Runbook.Facts;

namespace Runbook.Plan;

/// <summary>A restore under way in words, and the commands that go with it.</summary>
public static partial class Words
{
    /// <summary>The command that goes on with this restore; another target would ask for another restore.</summary>
    public static string RestoreAgain(RestoreState restore)
    {
        if (restore.FromKept)
            return "./build.sh Undo";
        if (restore.Paused)
            return "./build.sh Accept";
        string[] words =
        [
            $"./build.sh Restore --backup-set {restore.Set}",
            restore.Target switch
            {
                "" or "immediate" => "",
                "latest" => "--recovery-target latest",
                "time" => $"--target-time {Quoted(Typed(restore.Value))}",
                var kind => $"--target-{kind} {Quoted(restore.Value)}",
            },
            restore.Exclusive ? "--target-exclusive" : "",
            // Of a set's own end the timeline follows by itself, and naming it is refused.
            restore.Timeline.Length > 0 && restore.Target is not ("" or "immediate") ? $"--target-timeline {restore.Timeline}" : "",
            restore.Strategy switch { RestoreStrategy.Online => "--online", RestoreStrategy.InPlace => "--in-place", _ => "" },
            restore.Pause ? "--pause" : "",
        ];
        return string.Join(' ', words.Where(w => w.Length > 0));
    }

    /// <summary>The command that is due: the one that goes on, or, when the files are in place, the one that starts them.</summary>
    public static string Due(RestoreState restore) => restore switch
    {
        { Unfinished: true } => RestoreAgain(restore),
        { FromKept: true } => "./build.sh Undo",
        _ => "./build.sh Revert",
    };

    /// <summary>What a restore puts in place.</summary>
    public static string Source(RestoreState restore) => restore.FromKept ? $"kept directory {restore.Source}" : $"set {restore.Set}";

    /// <summary>Where recovery ends, as it was asked for.</summary>
    public static string Point(string target, string value, bool exclusive) =>
        $"{target switch { "" => "immediate", "end" => "its own end", _ => target }}{(value.Length > 0 ? $" {Typed(value)}" : "")}{(exclusive ? ", exclusive" : "")}";

    /// <summary>What a restore under way is doing, as a guard says it.</summary>
    public static string Doing(RestoreState restore) => restore.Paused
        ? $"restore {restore.Id} is paused at its target ({Point(restore.Target, restore.Value, restore.Exclusive)})"
        : $"{(restore.Strategy == RestoreStrategy.Online ? "online " : "")}restore {restore.Id} is unfinished (phase {restore.Phase})";

    // As our own command line reads a time: with a Z for UTC.
    private static string Typed(string value) =>
        value.EndsWith("+00:00", StringComparison.Ordinal) ? value[..^6] + "Z" : value.EndsWith("+00", StringComparison.Ordinal) ? value[..^3] + "Z" : value;

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:,".Contains(c, StringComparison.Ordinal))
            ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}

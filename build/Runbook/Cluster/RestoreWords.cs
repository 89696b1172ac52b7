namespace Runbook.Cluster;

/// <summary>A restore under way in words, and the commands that go with it.</summary>
public static class RestoreWords
{
    /// <summary>The command that goes on with this restore; another target would ask for another restore.</summary>
    public static string RestoreAgain(RestoreState restore)
    {
        if (restore.FromKept)
            return "./build.sh Undo";
        if (restore.Paused)
            return "./build.sh Accept";
        var order = ResumedOrder.Of(restore);
        // Of a set's own end the timeline follows by itself, and naming it is refused.
        var immediate = order.Target.Kind == TargetKind.Immediate;
        var request = new RestoreRequest(order.Set, order.Target) { Timeline = immediate ? "" : order.Timeline, Strategy = order.Strategy, Pause = order.Pause };
        return $"./build.sh Restore --backup-set {order.Set}{(immediate ? "" : $" {TargetText.Typed(order.Target)}")}{TargetText.Company(request)}";
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
}

using Runbook.Cluster;
using Runbook.Output;
using Runbook.Steps;

namespace Runbook.Status;

/// <summary>The restore under way, as Status shows it.</summary>
public static class RestoreSection
{
    /// <summary>What was observed, for programs.</summary>
    public static RestoreDocument Document(NodeFacts node)
    {
        var r = node.Restore!;
        var moves = r.Phase is "copying" or "recovering";
        var total = r.FromKept ? null : node.Repository?.Sets.FirstOrDefault(s => s.Label == r.Set)?.Size;
        return new RestoreDocument(
            r.Id, r.Source, r.Set, r.Target, r.Value, r.Exclusive, r.Timeline, Strategy(r.Strategy), r.Pause, r.Accepted, r.Phase, r.Operator, r.StartedAt,
            r.BytesCopied, total, Known(node.Progress.Replayed), Known(node.Progress.End), Known(node.Progress.Commit),
            (long?)node.Progress.StoodFor?.TotalSeconds, moves && node.Progress.StoodFor > StallWatch.Limit, node.Staged,
            r.ReachedLsn.Length > 0 ? new ReachedDocument(r.ReachedLsn, Known(r.ReachedTime), Known(r.ReachedTimeline)) : null);
    }

    /// <summary>The lines for people.</summary>
    public static IEnumerable<string> Lines(RestoreDocument d)
    {
        yield return $"{d.Id} of {RestoreWords.Source(State(d))} to {RestoreWords.Point(d.Target, d.Value, d.Exclusive)}, {d.Strategy}, phase {d.Phase}, by {d.Operator}";
        if (d is { Phase: "archiving" or "copying", BytesCopied: > 0 })
            yield return $"{Words.Bytes(d.BytesCopied)}{(d.BytesTotal is > 0 ? $" of {Words.Bytes(d.BytesTotal.Value)}" : "")} copied{Moved(d)}";
        if (d is { Phase: "recovering" or "paused", Replayed: { } replayed })
            yield return $"replayed to {replayed}{(d.ReplayEnd is null ? "" : $" of {d.ReplayEnd}")}, {Reached.Commit(d.LastCommit ?? "")}{(d.Phase is "paused" ? "" : Moved(d))}";
        if (d.Stalled)
            yield return $"stalled for {Words.Span(TimeSpan.FromSeconds(d.StoodSeconds!.Value))}: neither bytes nor position have moved";
        if (Reached.Line(State(d)) is { Length: > 0 } reached)
            yield return reached;
        if (d.Phase is "paused")
        {
            yield return d.Staged
                ? "read-only at its target; look at it with ./build.sh Psql"
                : $"its server does not run; to look at it: {RestoreWords.RestoreAgain(State(d) with { Phase = "recovering", Pause = true })}";
            yield return "./build.sh Accept continues it, ./build.sh Undo cancels it, ./build.sh Restore with another target moves it";
        }
    }

    /// <summary>The command that is due.</summary>
    public static string Next(RestoreDocument d) => RestoreWords.Due(State(d));

    private static string Moved(RestoreDocument d) =>
        d.StoodSeconds is { } stood && !d.Stalled ? $", moved {Words.Span(TimeSpan.FromSeconds(stood))} ago" : "";

    private static RestoreState State(RestoreDocument d) => new(d.Id, d.Set, d.Target, d.Phase)
    {
        Source = d.Source,
        Value = d.Value,
        Exclusive = d.Exclusive,
        Timeline = d.Timeline,
        Strategy = d.Strategy switch { "online" => RestoreStrategy.Online, "in-place" => RestoreStrategy.InPlace, _ => RestoreStrategy.Beside },
        Pause = d.Pause,
        Accepted = d.Accepted,
        ReachedLsn = d.Reached?.Lsn ?? "",
        ReachedTime = d.Reached?.LastCommit ?? "",
        ReachedTimeline = d.Reached?.Timeline ?? "",
    };

    private static string Strategy(RestoreStrategy strategy) => strategy switch
    {
        RestoreStrategy.Online => "online",
        RestoreStrategy.InPlace => "in-place",
        _ => "beside",
    };

    private static string? Known(string text) => text.Length > 0 ? text : null;
}

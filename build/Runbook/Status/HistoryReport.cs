using System.Text.Json;
using System.Text.Json.Serialization;
using Runbook.Output;
using Runbook.Run;

namespace Runbook.Status;

/// <summary>The runs that changed a cluster, for people and for programs; newest first.</summary>
public static class HistoryReport
{
    private const int LongestError = 100;

    /// <summary>The runs in a format.</summary>
    /// <param name="format">Text or JSON.</param>
    /// <param name="runs">In any order, with the file of the whole record where this machine has it.</param>
    /// <param name="last">As many are shown.</param>
    public static string Write(OutputFormat format, IEnumerable<(HistoryEntry Entry, string? File)> runs, int last)
    {
        var shown = runs.OrderByDescending(r => r.Entry.StartedAt).ThenBy(r => r.Entry.Id, StringComparer.Ordinal).Take(last).ToList();
        return format == OutputFormat.Json
            ? JsonSerializer.Serialize([.. shown.Select(Document)], HistoryDocuments.Default.IReadOnlyListHistoryDocument)
            : shown.Count == 0 ? "nothing was done to this cluster that anybody wrote down" : Text(shown.Select(r => r.Entry));
    }

    private static string Text(IEnumerable<HistoryEntry> runs) => Columns.Of(
    [
        ["when", "outcome", "took", "by", "what", ""],
        .. runs.Select(e => (string[])
        [
            Words.At(e.StartedAt),
            e.ExitCode is { } code and not 0 ? $"{e.Outcome} ({code})" : e.Outcome,
            e.Seconds is { } seconds ? Words.Span(TimeSpan.FromSeconds(seconds)) : "",
            e.By,
            e.Arguments.Length > 0 ? $"{e.Target} {e.Arguments}" : e.Target,
            Short(e.Error.Split('\n')[0].Trim()),
        ]),
    ]);

    private static string Short(string text) => text.Length <= LongestError ? text : text[..(LongestError - 1)] + "…";

    private static HistoryDocument Document((HistoryEntry Entry, string? File) run) => new(
        run.Entry.Id, run.Entry.Target, run.Entry.Arguments, run.Entry.Profile, run.Entry.By, run.Entry.Via.Length > 0 ? run.Entry.Via : null,
        run.Entry.StartedAt, run.Entry.Seconds, run.Entry.Outcome, run.Entry.ExitCode, run.Entry.Error.Length > 0 ? run.Entry.Error : null,
        run.Entry.Commit.Length > 0 ? run.Entry.Commit : null, run.File);
}

/// <summary>What <c>History --output json</c> prints for each run.</summary>
/// <param name="Id">Of the run.</param>
/// <param name="Target">What was asked for.</param>
/// <param name="Arguments">Its options.</param>
/// <param name="Profile">Its profile.</param>
/// <param name="By">user@host.</param>
/// <param name="Via">Web page of the automation that ran it; null when none did.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Seconds">How long it took; null while it runs, and when it was killed.</param>
/// <param name="Outcome">done, refused, failed, held, cancelled, wrong use, killed, at work.</param>
/// <param name="ExitCode">Null while it runs, and when it was killed.</param>
/// <param name="Error">What the operator was told, at most 300 characters where it comes from Nomad; null when nothing went wrong.</param>
/// <param name="Commit">Of the checkout that it ran from; null when it is not known.</param>
/// <param name="Record">File with plan and steps, where this machine has it; null otherwise.</param>
public sealed record HistoryDocument(
    string Id, string Target, string Arguments, string Profile, string By, string? Via, DateTimeOffset StartedAt, double? Seconds, string Outcome,
    int? ExitCode, string? Error, string? Commit, string? Record);

/// <summary>How the documents become JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<HistoryDocument>))]
internal sealed partial class HistoryDocuments : JsonSerializerContext;

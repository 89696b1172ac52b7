using System.Text.Json;
using Runbook.Output;
using Runbook.Settings;

namespace Runbook.Backups;

/// <summary>What was found in the repositories, for people and for programs.</summary>
public static class VerifyReport
{
    /// <summary>As JSON.</summary>
    public static string Json(ClusterSettings settings, IReadOnlyList<RepositoryFindings> findings) => JsonSerializer.Serialize(
        new VerifyDocument(
            settings.ClusterName, findings.All(f => f.IsWhole), [.. findings.Select(f => Document(settings, f))],
            Periods(RepositoryFindings.LostEverywhere(findings))),
        VerifyJson.Default.VerifyDocument);

    /// <summary>As lines: what is wrong, what it costs, and what to do.</summary>
    public static string Text(ClusterSettings settings, IReadOnlyList<RepositoryFindings> findings)
    {
        var lines = findings.SelectMany(f => Lines(settings, f)).ToList();
        if (findings.Count > 1 && findings.Any(f => !f.Lost.IsEmpty))
        {
            var lost = RepositoryFindings.LostEverywhere(findings);
            lines.Add(lost.IsEmpty
                ? "together the repositories can restore every time"
                : $"not restorable from any: {string.Join(", ", lost)}");
        }
        return string.Join(Environment.NewLine, lines);
    }

    private static IEnumerable<string> Lines(ClusterSettings settings, RepositoryFindings found)
    {
        yield return $"repository {found.Number}, {Location(settings, found.Number)}: {(found.IsWhole ? "whole" : found.Problems is [_] ? "1 problem" : $"{found.Problems.Length} problems")}";
        if (found.Read is { } read)
            yield return $"  {read.Sets.Length} backup set{(read.Sets.Length == 1 ? "" : "s")}, {read.Sets.Sum(s => s.Files)} files and {found.Segments} WAL segments were read";
        foreach (var problem in found.Problems)
        {
            yield return $"  {problem.What}";
            if (!problem.Sets.IsEmpty)
                yield return $"    cannot be restored:  {string.Join(", ", problem.Sets)}";
            if (!problem.Lost.IsEmpty)
                yield return $"    times that are lost: {string.Join(", ", problem.Lost)}";
            else if (!problem.Sets.IsEmpty || !problem.Segments.IsEmpty)
                yield return $"    no restorable time is lost{(problem.Segments.IsEmpty ? ": an older set and its WAL cover it" : "")}";
            yield return $"    next:                {problem.Next}";
        }
        foreach (var note in found.Notes)
            yield return $"  note: {note}";
        if (!found.Restorable.IsEmpty)
            yield return $"  can be restored: {string.Join(", ", found.Restorable)}";
        if (found.Problems.Length > 1 && !found.Lost.IsEmpty)
            yield return $"  not restorable: {string.Join(", ", found.Lost)}";
    }

    private static VerifiedRepositoryDocument Document(ClusterSettings settings, RepositoryFindings found) => new(
        found.Number, Location(settings, found.Number), found.IsWhole,
        [.. found.Sets.Select(s => found.Read?.Sets.FirstOrDefault(r => r.Label == s.Label) is { } read
            ? new VerifiedSetDocument(s.Label, read.Status, read.Files, read.Faults.Total)
            : new VerifiedSetDocument(s.Label, null, 0, 0))],
        found.Segments, [.. found.Problems.Select(p => new ProblemDocument(p.What, p.Sets, p.Segments, Periods(p.Lost), p.Next))], found.Notes,
        Periods(found.Restorable), Periods(found.Lost));

    // What runs may still be of the configuration before this one.
    private static string Location(ClusterSettings settings, int number) => settings.Pgbackrest.Repositories.ElementAtOrDefault(number - 1)?.Location ?? "";

    private static IReadOnlyList<PeriodDocument> Periods(IEnumerable<Period> periods) => [.. periods.Select(p => new PeriodDocument(p.From, p.To))];
}

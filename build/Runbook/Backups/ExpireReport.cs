using System.Text.Json;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;

namespace Runbook.Backups;

/// <summary>What goes from the repositories, and what can be restored afterwards; for people and for programs.</summary>
public static class ExpireReport
{
    /// <summary>As JSON.</summary>
    public static string Json(ClusterSettings settings, ExpirePlan plan, bool removed) => JsonSerializer.Serialize(
        new ExpireDocument(settings.ClusterName, removed, [.. plan.Repositories.Select(r => new ExpiryDocument(
            r.Number, Location(settings, r.Number), [.. r.Going.Select(s => s.Label)], r.Leftovers,
            [.. r.Preview.Wal.Select(w => new WalDocument(w.ArchiveId, w.Start, w.Stop))], [.. r.Staying.Select(s => s.Label)], r.Now.Since, r.Afterwards.Since))]),
        ExpireJson.Default.ExpireDocument);

    /// <summary>What would go, before anybody is asked.</summary>
    public static string Text(ClusterSettings settings, ExpirePlan plan, DateTimeOffset now) =>
        string.Join(Environment.NewLine, plan.Repositories.SelectMany(r => Lines(settings, r, now)));

    /// <summary>What is left.</summary>
    public static string Left(ExpirePlan plan) => string.Join(Environment.NewLine, plan.Repositories.Select(r =>
        $"repository {r.Number}: {Count(r.Staying.Length)} left ({string.Join(", ", r.Staying.Reverse().Select(s => s.Label))}); can be restored: {r.Afterwards}"));

    private static IEnumerable<string> Lines(ClusterSettings settings, RepositoryExpiry r, DateTimeOffset now)
    {
        var place = $"repository {r.Number}, {Location(settings, r.Number)}";
        if (r.Preview.IsEmpty)
        {
            yield return $"{place}: nothing would be removed, {Count(r.Staying.Length)} stay{(r.Staying.Length == 1 ? "s" : "")}";
            yield return $"  can be restored: {r.Now}";
            yield break;
        }
        yield return $"{place}: {r.Going.Length} of {Count(r.Going.Length + r.Staying.Length)} would be removed";
        foreach (var set in r.Going)
            yield return $"  remove {Line(set, now)}";
        foreach (var label in r.Leftovers)
            yield return $"  remove {label}, left by an interrupted backup";
        foreach (var wal in r.Preview.Wal)
            yield return $"  remove WAL {wal.ArchiveId}: {(wal.Start.Length == 0 ? "all" : wal.Start == wal.Stop ? wal.Start : $"{wal.Start} to {wal.Stop}")}";
        foreach (var set in r.Staying)
            yield return $"  keep   {Line(set, now)}";
        yield return $"  can be restored now:        {r.Now}";
        yield return $"  can be restored afterwards: {r.Afterwards}";
    }

    private static string Line(BackupSet set, DateTimeOffset now) =>
        $"{set.Label}, {ClusterWords.Of(set.Type)}, {Words.Span(now - set.FinishedAt)} old, {Words.Bytes(set.RepositorySize)}";

    private static string Count(int sets) => sets == 1 ? "1 backup set" : $"{sets} backup sets";

    private static string Location(ClusterSettings settings, int number) => settings.Pgbackrest.Repositories.ElementAtOrDefault(number - 1)?.Location ?? "";
}

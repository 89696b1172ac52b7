using System.Text.Json;
using Runbook.Config;
using Runbook.Facts;
using Runbook.Plan;
using Runbook.Run;

namespace Runbook.Report;

/// <summary>What a cluster is doing, for people and for programs.</summary>
public static class StatusReport
{
    /// <summary>Puts what was observed into the document that programs read.</summary>
    public static StatusDocument Document(ClusterSettings settings, string profile, ClusterFacts facts, LockHolder? holder)
    {
        var node = facts.Node;
        return new StatusDocument(
            facts.State.ToString().ToLowerInvariant(),
            settings.ClusterName,
            profile,
            Connection(settings),
            node?.Node,
            new PostgresDocument(
                node is { PostgresVersion.Length: > 0 } ? node.PostgresVersion : null, node is { Timeline: > 0 } ? node.Timeline : null, node?.Recovering),
            settings.DataDirectory,
            [.. facts.Jobs.Values.OrderBy(j => j.Id, StringComparer.Ordinal).Select(j => new JobDocument(j.Id, j.Stopped ? "stopped" : j.Status))],
            settings.HasBackups ? Backups(node) : null,
            node?.Restore is { } r ? new RestoreDocument(r.Id, r.Set, r.Target, r.Phase, r.Operator, r.StartedAt, r.BytesCopied) : null,
            [.. (node?.Kept ?? []).Select(k => new KeptDocument(k.Id, k.Path, k.Bytes, k.KeptAt))],
            holder is null ? null : new LockDocument(holder.Holder, holder.Target, holder.Since));
    }

    /// <summary>The document as JSON.</summary>
    public static string Json(StatusDocument document) => JsonSerializer.Serialize(document, ReportJson.Default.StatusDocument);

    /// <summary>The document as lines, with what to do next where something waits.</summary>
    public static string Text(StatusDocument d, DateTimeOffset now)
    {
        var lines = new List<string>
        {
            $"cluster     {d.Cluster} ({d.Profile}): {d.State}",
            $"server      {(d.Postgres.Version is null ? "unknown" : $"PostgreSQL {d.Postgres.Version}")}{(d.Postgres.Timeline is { } t ? $", timeline {t}" : "")}{(d.Postgres.Recovering == true ? ", in recovery" : "")}",
            $"connection  {d.Connection}",
            $"data        {d.Data}{(d.Node is null ? "" : $" on {d.Node}")}",
        };
        if (d.Backups is { Last: { } last })
            lines.Add($"backups     {d.Backups.Sets}, the last one {last.Label} ({last.Type}), {Words.Span(now - last.FinishedAt)} ago");
        else
            lines.Add($"backups     {(d.Backups is null ? "none: no repository is configured" : d.Backups.Error is { } error ? $"the repository does not answer: {error}" : "none yet")}");
        if (d.Backups?.Running == true)
            lines.Add("            a backup is running");
        lines.AddRange(d.Kept.Select(k => $"kept        {k.Path} ({Words.Bytes(k.Bytes)}, set aside {Words.At(k.KeptAt)})"));
        if (d.Jobs.Count > 0)
            lines.Add($"jobs        {string.Join(", ", d.Jobs.Select(j => $"{j.Name} {j.Status}"))}");
        if (d.Restore is { } r)
            lines.Add($"restore     {r.Id} of set {r.Set}, phase {r.Phase}{(r.BytesCopied > 0 ? $", {Words.Bytes(r.BytesCopied)} copied" : "")}, by {r.Operator}");
        if (d.Lock is { } held)
            lines.Add($"at work     {held.Holder}: {held.Target}, since {Words.At(held.Since)}");
        if (Next(d) is { } next)
            lines.Add($"next        {ErrorReport.WithProfile(next, d.Profile)}");
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>A libpq string for the node's socket; the superuser needs no password there.</summary>
    public static string Connection(ClusterSettings settings) =>
        $"host={Value(settings.Volumes.Socket.Path)} port={settings.Postgres.Port} user=postgres dbname=postgres";

    // libpq splits at blanks and knows backslash and quote.
    private static string Value(string text) =>
        text.Any(c => c is ' ' or '\'' or '\\')
            ? $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'"
            : text;

    private static BackupsDocument Backups(NodeFacts? node) => new(
        node?.Repository?.Sets.Length ?? 0,
        node?.Repository?.Latest is { } last ? new LastBackupDocument(last.Label, last.Type.ToString().ToLowerInvariant(), last.FinishedAt) : null,
        node is { RepositoryError.Length: > 0 } ? node.RepositoryError : null,
        node?.Repository?.BackupRunning == true);

    private static string? Next(StatusDocument d) => d.State switch
    {
        "absent" => "./build.sh Deploy",
        "stopped" => "./build.sh Deploy",
        "failed" => "./build.sh Logs",
        "restored" => "./build.sh Revert",
        "restoring" when d.Lock is null => Words.RestoreAgain(d.Restore!.Set, d.Restore.Target),
        _ => null,
    };
}

using System.Text.Json;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;

namespace Runbook.Status;

/// <summary>What a cluster is doing, for people and for programs.</summary>
public static class StatusReport
{
    private const string NotAsked = "the node could not be asked";

    /// <summary>Puts what was observed into the document that programs read.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="typed">What the commands are typed with; its profile is named.</param>
    /// <param name="facts">What was observed.</param>
    /// <param name="holder">Who holds the cluster, and whether that run is believed to be alive.</param>
    /// <param name="onHost">The settings with the paths of the host, where those differ (<see cref="HostView"/>).</param>
    public static StatusDocument Document(ClusterSettings settings, CommandOptions typed, ClusterFacts facts, (LockHolder Who, bool AtWork)? holder, ClusterSettings? onHost = null)
    {
        var node = facts.Node;
        onHost ??= settings;
        return new StatusDocument(
            facts.State.ToString().ToLowerInvariant(),
            settings.ClusterName,
            typed.Profile,
            facts.State == ClusterState.Absent ? null : Connection(onHost),
            node?.Node,
            new PostgresDocument(
                node is { PostgresVersion.Length: > 0 } ? node.PostgresVersion : null, node is { Timeline: > 0 } ? node.Timeline : null, node?.Recovering),
            onHost.DataDirectory,
            [.. facts.Jobs.Values.OrderBy(j => j.Id, StringComparer.Ordinal).Select(j => new JobDocument(j.Id, j.Stopped ? "stopped" : j.Status))],
            settings.HasBackups ? Backups(facts) : null,
            node is { Restore: not null } ? RestoreSection.Document(node) : null,
            [.. (node?.Kept ?? []).Select(k => new KeptDocument(k.Id, k.Path, k.Bytes, k.KeptAt))],
            holder is var (who, atWork) ? new LockDocument(who.Holder, who.Target, who.Since, who.Renewed, atWork) : null,
            PauseDocument.Of(node?.Paused),
            node?.Check is { } check ? new CheckDocument(check.Result, check.At, check.Problems) : null,
            [.. Warnings(settings, facts).Select(typed.InAdvice)]);
    }

    /// <summary>The document as JSON.</summary>
    public static string Json(StatusDocument document) => JsonSerializer.Serialize(document, StatusJson.Default.StatusDocument);

    /// <summary>The document as lines, with what to do next where something waits.</summary>
    public static string Text(StatusDocument d, CommandOptions typed, DateTimeOffset now)
    {
        var lines = new List<string>
        {
            $"cluster     {d.Cluster} ({d.Profile}): {d.State}",
            d.State == "away" ? "server      is believed to run: the node's agent is away" : $"server      {(d.Postgres.Version is null ? "unknown" : $"PostgreSQL {d.Postgres.Version}")}{(d.Postgres.Timeline is { } t ? $", timeline {t}" : "")}{(d.Postgres.Recovering == true ? ", in recovery" : "")}",
            $"connection  {d.Connection ?? "none, as nothing is deployed"}",
            $"data        {d.Data}{(d.Node is null ? "" : $" on {d.Node}")}",
        };
        if (d.Backups is { Last: { } last })
            lines.Add($"backups     {d.Backups.Sets}, the last one {last.Label} ({last.Type}), {Words.Span(now - last.FinishedAt)} ago");
        else
            lines.Add($"backups     {NoBackup(d)}");
        if (d.Backups?.Running == true)
            lines.Add("            a backup is running");
        if (d.Check is { } check)
            lines.Add($"check       {ClusterWords.Result(new PeriodicCheck(check.At, check.Result, [.. check.Problems]))} {Words.Span(now - check.At)} ago");
        lines.AddRange(d.Warnings.Select(w => $"warning     {w}"));
        foreach (var kept in d.Kept)
        {
            lines.Add($"kept        {kept.Path} ({Words.Bytes(kept.Bytes)}, set aside {Words.At(kept.KeptAt)}, {Words.Span(now - kept.KeptAt)} ago)");
            if (d.Restore is null or { Phase: "restored" or "started" })
                lines.Add($"            ./build.sh Undo --id {kept.Id} returns to it, ./build.sh Discard --id {kept.Id} removes it");
        }
        if (d.Jobs.Count > 0)
            lines.Add($"jobs        {string.Join(", ", d.Jobs.Select(j => $"{j.Name} {j.Status}"))}");
        if (d.SchedulesPaused is { } pause)
        {
            lines.Add($"schedules   paused {ClusterWords.Of(new SchedulePause(pause.Since, pause.By, pause.Reason))}");
            lines.Add($"            ./build.sh ResumeSchedules resumes them");
        }
        if (d.Restore is { } restore)
            lines.AddRange(RestoreSection.Lines(restore).Select((line, i) => $"{(i == 0 ? "restore" : ""),-12}{line}"));
        if (d.Lock is { } held)
            lines.Add($"{(held.AtWork ? "running" : "lock"),-12}{held.Holder}: {held.Target}, since {Words.At(held.Since)}{(held.AtWork ? "" : $"; it has not renewed its lock since {Words.At(held.Renewed)}, it is believed dead")}");
        if (Next(d) is { } next)
            lines.Add($"next        {next}");
        return typed.InAdvice(string.Join(Environment.NewLine, lines));
    }

    private static string NoBackup(StatusDocument d) => d.Backups switch
    {
        null => "none: no repository is configured",
        { Error: { } error } => $"the repository does not answer: {error}",
        // There may be some of a cluster that was destroyed.
        _ when d.State == "absent" => "not known, as nothing is deployed",
        _ => "none yet",
    };

    /// <summary>A libpq string for the node's socket; the superuser needs no password there.</summary>
    public static string Connection(ClusterSettings settings) =>
        $"host={Value(settings.Volumes.Socket.Path)} port={settings.Postgres.Port} user=postgres dbname=postgres";

    // libpq splits at blanks and knows backslash and quote.
    private static string Value(string text) =>
        text.Any(c => c is ' ' or '\'' or '\\')
            ? $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'"
            : text;

    private static IEnumerable<string> Unasked(ClusterFacts facts) =>
        facts.Unasked is { } unasked ? [$"{NotAsked}, this is what Nomad knows: {unasked.Reason}; next: {unasked.Next}"] : [];

    private static IEnumerable<string> Warnings(ClusterSettings settings, ClusterFacts facts) =>
        [.. Unasked(facts), .. HolderWords.Warnings(settings, facts), .. settings.HasBackups ? OfRepositories(settings, facts.Node) : []];

    // Where none answers the line of the backups says so.
    private static IEnumerable<string> OfRepositories(ClusterSettings settings, NodeFacts? node) =>
    [
        .. settings.Pgbackrest.Repositories.Select((r, i) => (Settings: r, Number: i + 1)).Where(r => r.Settings.Tls.TrustAnyCertificate).Select(r => ClusterWords.TakesAnyCertificate(r.Number)),
        .. (node?.Repository?.Repositories ?? []).Where(r => r.IsUnreadable).Select(ClusterWords.Silent),
    ];

    private static BackupsDocument Backups(ClusterFacts facts) => facts is { Node: null, Unasked: not null } ? new(0, null, "its node could not be asked", Running: false) : Backups(facts.Node);

    private static BackupsDocument Backups(NodeFacts? node) => new(
        node?.Repository?.Sets.Length ?? 0,
        node?.Repository?.Latest is { } last ? new LastBackupDocument(last.Label, last.Type.ToString().ToLowerInvariant(), last.FinishedAt) : null,
        node is { RepositoryError.Length: > 0 } ? node.RepositoryError : null,
        node?.Repository?.BackupRunning == true);

    private static string? Next(StatusDocument d) => d switch
    {
        { State: "absent" } => "./build.sh Deploy",
        { State: "restored" } => RestoreSection.Next(d.Restore!),
        // Somebody is at work: what is due is theirs. A dead run does nothing any more.
        { Restore: not null, Lock: null or { AtWork: false } } => RestoreSection.Next(d.Restore),
        { State: "stopped" } => "./build.sh Deploy",
        // What helps stands in the warning.
        { State: "failed" } when d.Warnings.Any(w => w.StartsWith(NotAsked, StringComparison.Ordinal)) => null,
        { State: "failed" } => "./build.sh Logs",
        { State: "away" } => "nomad node status, and start the agent of the node again",
        { Lock: { AtWork: false } dead } => $"./build.sh {dead.Target} again, with its options: it takes the cluster over",
        _ => null,
    };
}

using System.Collections.Immutable;
using System.Text.Json;

namespace Runbook.Facts;

/// <summary>What <c>pgbackrest info --output=json</c> says of our stanza. The command ends with 0 whatever is wrong: the
/// status inside counts.</summary>
/// <param name="StatusCode">0 is ok; 1 no such stanza, 2 no valid backup.</param>
/// <param name="StatusMessage">pgBackRest's words for the code.</param>
/// <param name="BackupRunning">A backup holds the lock.</param>
/// <param name="Sets">Backup sets, oldest first.</param>
/// <param name="SystemIdentifier">Of the cluster that the stanza belongs to now.</param>
/// <param name="PostgresVersion">Its major version.</param>
/// <param name="WalMax">The newest archived WAL segment.</param>
public sealed record RepositoryInfo(
    int StatusCode, string StatusMessage, bool BackupRunning, ImmutableArray<BackupSet> Sets,
    string SystemIdentifier, string PostgresVersion, string WalMax)
{
    /// <summary>The newest set; null when there is none.</summary>
    public BackupSet? Latest => Sets.LastOrDefault();

    /// <summary>Reads the JSON; a stanza that is not in it is one that does not exist yet.</summary>
    public static RepositoryInfo Parse(string json, string stanza)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            if (entry.GetProperty("name").GetString() == stanza)
                return Stanza(entry);
        }
        return new RepositoryInfo(1, "missing stanza path", false, [], "", "", "");
    }

    private static RepositoryInfo Stanza(JsonElement stanza)
    {
        var status = stanza.GetProperty("status");
        var archives = Items(stanza, "archive").ToDictionary(
            a => a.GetProperty("database").GetProperty("id").GetInt32(), a => (Id: Text(a, "id"), Max: Text(a, "max")));
        var db = Items(stanza, "db").LastOrDefault();
        var currentId = db.ValueKind == JsonValueKind.Object ? db.GetProperty("id").GetInt32() : 0;
        return new RepositoryInfo(
            status.GetProperty("code").GetInt32(),
            Text(status, "message"),
            status.TryGetProperty("lock", out var held) && held.TryGetProperty("backup", out var backup)
                && backup.TryGetProperty("held", out var flag) && flag.GetBoolean(),
            [.. Items(stanza, "backup").Select(b => Set(b, archives)).OrderBy(b => b.FinishedAt)],
            db.ValueKind == JsonValueKind.Object ? db.GetProperty("system-id").GetRawText() : "",
            db.ValueKind == JsonValueKind.Object ? Text(db, "version") : "",
            archives.TryGetValue(currentId, out var archive) ? archive.Max : "");
    }

    private static BackupSet Set(JsonElement b, Dictionary<int, (string Id, string Max)> archives)
    {
        var timestamp = b.GetProperty("timestamp");
        var info = b.GetProperty("info");
        var wal = b.GetProperty("archive");
        return new BackupSet(
            Text(b, "label"),
            Enum.Parse<BackupType>(Text(b, "type"), ignoreCase: true),
            DateTimeOffset.FromUnixTimeSeconds(timestamp.GetProperty("start").GetInt64()),
            DateTimeOffset.FromUnixTimeSeconds(timestamp.GetProperty("stop").GetInt64()),
            info.GetProperty("size").GetInt64(),
            // Bundled full sets report delta alone on some versions.
            info.GetProperty("repository").TryGetProperty("delta", out var delta) ? delta.GetInt64() : 0,
            Text(wal, "start"), Text(wal, "stop"),
            b.TryGetProperty("lsn", out var lsn) ? Text(lsn, "stop") : "",
            Text(b, "prior"),
            [.. Items(b, "reference").Select(r => r.GetString()!)],
            b.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.True,
            archives.TryGetValue(b.GetProperty("database").GetProperty("id").GetInt32(), out var archive) ? archive.Id : "");
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : [];

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

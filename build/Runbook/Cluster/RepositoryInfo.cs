using System.Collections.Immutable;
using System.Text.Json;
using Runbook.Wal;

namespace Runbook.Cluster;

/// <summary>What <c>pgbackrest info --output=json</c> says of our stanza. The command ends with 0 whatever is wrong: the
/// status inside counts.</summary>
/// <param name="Repositories">How each repository does, by its number.</param>
/// <param name="BackupRunning">A backup holds the lock.</param>
/// <param name="Sets">Backup sets, oldest first.</param>
/// <param name="SystemIdentifier">Of the cluster that the stanza belongs to now.</param>
/// <param name="PostgresVersion">Its major version.</param>
/// <param name="WalMax">The newest archived WAL segment.</param>
public sealed record RepositoryInfo(
    ImmutableArray<RepositoryStatus> Repositories, bool BackupRunning, ImmutableArray<BackupSet> Sets,
    string SystemIdentifier, string PostgresVersion, string WalMax)
{
    /// <summary>The newest set; null when there is none.</summary>
    public BackupSet? Latest => Sets.LastOrDefault();

    /// <summary>Whether no repository holds the stanza yet.</summary>
    public bool IsMissing => Repositories.All(r => r.IsMissing);

    /// <summary>pgBackRest's words for how they do; with their numbers where they differ.</summary>
    public string Message => Repositories.Select(r => r.Message).Distinct().ToList() is [var same]
        ? same
        : string.Join(", ", Repositories.Select(r => $"repository {r.Number}: {r.Message}"));

    /// <summary>The sets of one repository, oldest first.</summary>
    public IEnumerable<BackupSet> SetsOf(int repository) => Sets.Where(s => s.Repository == repository);

    /// <summary>Reads the JSON; a stanza that is not in it is one that does not exist yet.</summary>
    public static RepositoryInfo Parse(string json, string stanza)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            if (entry.GetProperty("name").GetString() == stanza)
                return Stanza(entry);
        }
        return new RepositoryInfo([new RepositoryStatus(1, RepositoryStatus.MissingStanza, "missing stanza path", "none", "", "")], false, [], "", "", "");
    }

    private static RepositoryInfo Stanza(JsonElement stanza)
    {
        var status = stanza.GetProperty("status");
        var archives = Items(stanza, "archive").ToDictionary(
            a => Key(a.GetProperty("database"), "id"), a => (Id: Text(a, "id"), Max: Text(a, "max")));
        var databases = Items(stanza, "db").ToLookup(d => d.GetProperty("repo-key").GetInt32());
        var db = Items(stanza, "db").LastOrDefault();
        return new RepositoryInfo(
            [.. Items(stanza, "repo").Select(r => Repository(r, r.GetProperty("key").GetInt32(), databases[r.GetProperty("key").GetInt32()].LastOrDefault()))],
            status.TryGetProperty("lock", out var held) && held.TryGetProperty("backup", out var backup)
                && backup.TryGetProperty("held", out var flag) && flag.GetBoolean(),
            [.. Items(stanza, "backup").Select(b => Set(b, archives)).OrderBy(b => b.FinishedAt)],
            System(db), db.ValueKind == JsonValueKind.Object ? Text(db, "version") : "",
            // Of the stanza's current cluster, in whichever repository has come furthest.
            Items(stanza, "db").Select(d => archives.TryGetValue(Key(d, "id"), out var archive) ? (Database: d.GetProperty("id").GetInt32(), archive.Max) : (Database: 0, Max: ""))
                .OrderBy(a => a.Database).ThenBy(a => a.Max, StringComparer.Ordinal).LastOrDefault().Max ?? "");
    }

    private static RepositoryStatus Repository(JsonElement repository, int number, JsonElement db)
    {
        var status = repository.GetProperty("status");
        return new RepositoryStatus(
            number, status.GetProperty("code").GetInt32(), StorageTrouble.Explain(Text(status, "message")), Text(repository, "cipher"),
            System(db), db.ValueKind == JsonValueKind.Object ? Text(db, "version") : "");
    }

    private static string System(JsonElement db) => db.ValueKind == JsonValueKind.Object ? db.GetProperty("system-id").GetRawText() : "";

    // A stanza that was upgraded has several clusters, and each repository numbers them for itself.
    private static (int Repository, int Database) Key(JsonElement database, string id) =>
        (database.GetProperty("repo-key").GetInt32(), database.GetProperty(id).GetInt32());

    private static BackupSet Set(JsonElement b, Dictionary<(int Repository, int Database), (string Id, string Max)> archives)
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
            archives.TryGetValue(Key(b.GetProperty("database"), "id"), out var archive) ? archive.Id : "",
            b.GetProperty("database").GetProperty("repo-key").GetInt32());
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : [];

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

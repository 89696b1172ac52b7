using Runbook.Settings;

namespace Runbook.Cluster;

/// <summary>What differs between two versions of a file that a job carries, in people's words. Pure.</summary>
public static class FileWords
{
    private const int LinesShown = 4;

    /// <summary>One entry for each difference; of a script only that it is another one.</summary>
    /// <param name="path">Below the task's directory.</param>
    /// <param name="old">What Nomad has; null when there is none.</param>
    /// <param name="now">What is rendered; null when there is none any more.</param>
    public static IEnumerable<string> Differences(string path, string? old, string? now)
    {
        var name = Name(path);
        if (old is null || now is null)
            return [$"{name} {(old is null ? "is new" : "is removed")}"];
        if (old == now)
            return [];
        return Path.GetExtension(path) switch
        {
            ".sh" => [$"{name}"],
            ".sql" => ["the initialisation script"],
            _ when path.EndsWith("postgresql.conf", StringComparison.Ordinal) || path.EndsWith("reload.conf", StringComparison.Ordinal) => Settings("", ServerFile.Settings(old), ServerFile.Settings(now)),
            _ when path.EndsWith("pgbackrest.conf", StringComparison.Ordinal) => Settings("pgBackRest's ", ServerFile.Settings(old), ServerFile.Settings(now)),
            _ => Lines(name, ServerFile.Lines(old), ServerFile.Lines(now)),
        };
    }

    /// <summary>How a file is called.</summary>
    public static string Name(string path) => Path.GetExtension(path) == ".sh" ? $"script {Path.GetFileName(path)}" : Path.GetFileName(path);

    private static IEnumerable<string> Settings(string whose, IReadOnlyDictionary<string, string> old, IReadOnlyDictionary<string, string> now) =>
        old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Where(name => old.GetValueOrDefault(name) != now.GetValueOrDefault(name))
            .Select(name => (old.GetValueOrDefault(name), now.GetValueOrDefault(name)) switch
            {
                (null, { } value) => $"{whose}{name} {JobWords.Short(value)} (new)",
                ({ } value, null) => $"{whose}{name} {JobWords.Short(value)} (removed)",
                var (before, after) => $"{whose}{name} {JobWords.Short(before!)} -> {JobWords.Short(after!)}",
            });

    private static IEnumerable<string> Lines(string name, IReadOnlyList<string> old, IReadOnlyList<string> now)
    {
        var said = now.Except(old).Select(l => $"{name}: {JobWords.Short(l)} (new)")
            .Concat(old.Except(now).Select(l => $"{name}: {JobWords.Short(l)} (removed)")).ToList();
        if (said.Count == 0)
            return [$"{name}: the order of its lines, or a comment"];
        return said.Count <= LinesShown ? said : [.. said.Take(LinesShown), $"{name}: {said.Count - LinesShown} lines more"];
    }
}

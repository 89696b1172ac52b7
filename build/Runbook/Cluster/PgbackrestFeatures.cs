using Runbook.Settings;

namespace Runbook.Cluster;

/// <summary>What the configuration asks of pgBackRest that not every version has. The versions are those of its release notes.</summary>
public static class PgbackrestFeatures
{
    private static readonly Version Block = new(2, 46);
    private static readonly Version Sftp = new(2, 46);

    /// <summary>Refuses what the installed version cannot do; it would ignore an option of a file with no more than a warning.</summary>
    /// <exception cref="RunbookException">It is too old.</exception>
    public static void Guard(ClusterSettings settings, string installed)
    {
        if (!Version.TryParse(installed, out var version))
            return;
        var missing = Needed(settings.Pgbackrest.Repositories).Where(need => need.Since > version).ToList();
        if (missing.Count > 0)
            throw RunbookException.Refused(
                $"pgBackRest {installed} on the node is too old: {string.Join("; ", missing.Select(m => $"{m.Path} needs {m.Since}"))}",
                "install a newer pgbackrest on the node, or take the setting back");
    }

    private static IEnumerable<(string Path, Version Since)> Needed(IReadOnlyList<RepositorySettings> repositories)
    {
        for (var i = 0; i < repositories.Count; i++)
        {
            if (repositories[i].Block)
                yield return ($"pgbackrest.repositories[{i}].block", Block);
            if (repositories[i].Type == RepositoryType.Sftp)
                yield return ($"pgbackrest.repositories[{i}].type \"sftp\"", Sftp);
        }
    }
}

using Runbook.Cluster;
using Runbook.Settings;

namespace Runbook.Backups;

/// <summary>Which repositories are meant. Pure.</summary>
public static class RepositoryChoice
{
    /// <summary>How they do, in the order of their numbers.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="facts">As observed.</param>
    /// <param name="repository">Number of the one that is meant; 0 for all.</param>
    /// <exception cref="RunbookException">There is none, or none of that number, or nobody to ask.</exception>
    public static IReadOnlyList<RepositoryStatus> Of(ClusterSettings settings, ClusterFacts facts, int repository)
    {
        Guard(settings, repository);
        var node = facts.Node ?? throw RunbookException.Refused("the cluster is not deployed", "./build.sh Deploy");
        var all = node.Repositories;
        if (all.IsEmpty)
            throw RunbookException.Refused($"the repository does not answer: {node.RepositoryError}", "./build.sh Status");
        var chosen = all.Where(s => repository == 0 || s.Number == repository).ToList();
        return chosen.Count > 0 ? chosen
            : throw RunbookException.Refused($"what runs knows of no repository {repository}: the configuration has changed since it was deployed", "./build.sh Deploy");
    }

    /// <summary>Refuses a number that the configuration does not have.</summary>
    /// <exception cref="RunbookException">It does not.</exception>
    public static void Guard(ClusterSettings settings, int repository)
    {
        var count = settings.Pgbackrest.Repositories.Count;
        if (count == 0)
            throw RunbookException.Refused("no repository is configured: there are no backups", "set pgbackrest.repositories, then run Deploy");
        if (repository < 0 || repository > count)
            throw new RunbookException(ExitCode.WrongUse, $"--repository {repository}: there {(count == 1 ? "is one repository, number 1" : $"are {count}, numbers 1 to {count}")}")
            {
                State = "nothing was changed",
                Next = "./build.sh Status",
            };
    }
}

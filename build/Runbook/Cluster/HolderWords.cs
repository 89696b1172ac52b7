using Runbook.Node;
using Runbook.Settings;

namespace Runbook.Cluster;

/// <summary>What is said, and refused, of a data directory that another server has, or that is not ours. Pure.</summary>
public static class HolderWords
{
    /// <summary>What to type where an orphan runs: it is a way that needs no server.</summary>
    public const string TakeOver = "./build.sh Deploy: the next allocation asks it for a clean stop and takes over";

    /// <summary>Refuses where a server of ours runs without its task: what must not meet it would.</summary>
    /// <exception cref="RunbookException">There is one.</exception>
    public static void GuardOrphan(ClusterFacts facts)
    {
        if (facts.Orphan is { } orphan)
            throw RunbookException.Refused($"{Orphan(orphan)}", TakeOver);
    }

    /// <summary>Refuses a directory that a foreign server runs on, or was killed on.</summary>
    /// <exception cref="RunbookException">There is a trace of one.</exception>
    public static void GuardForeign(ClusterSettings settings, NodeFacts node)
    {
        if (node.Foreign is { } foreign)
            throw RunbookException.Refused($"{Foreign(settings, node, foreign)}: a second server on it would destroy the data", foreign.WayOut);
    }

    /// <summary>Refuses a stopped cluster that something else has made.</summary>
    /// <exception cref="RunbookException">It is not ours.</exception>
    public static void GuardOwnership(ClusterSettings settings, NodeFacts node)
    {
        if (node is { DataPresent: true, DataOurs: false })
            throw RunbookException.Refused(
                $"{HostView.Directory(settings, node)} on node {node.Node} holds a cluster that this runbook did not make (system identifier {node.SystemIdentifier})",
                $"./build.sh Import --take-over makes it the runbook's, with its data; if it is not needed, on node {node.Node} "
                    + (node.DataDebian ? $"pg_dropcluster --stop {settings.Postgres.Version} {settings.Postgres.Cluster}, it is Debian's" : $"move {HostView.Directory(settings, node)} away"));
        if (node.DataSignal.Length > 0)
            throw RunbookException.Refused(
                $"{HostView.Directory(settings, node)}/{node.DataSignal} is not the runbook's: with it the server stays a standby and takes no writes",
                $"on node {node.Node}, mv {HostView.Directory(settings, node)}/{node.DataSignal} {HostView.Directory(settings, node)}/recovery.signal: the server replays what it has and then serves; or ./build.sh Restore");
    }

    /// <summary>An orphan in words.</summary>
    public static string Orphan(DataHolder orphan) =>
        $"a server of this cluster runs without its task (allocation {orphan.ShortAllocation}, process {orphan.Process} in its PID namespace): it serves clients, and Nomad does not know of it";

    /// <summary>A foreign server in words.</summary>
    private static string Foreign(ClusterSettings settings, NodeFacts node, ForeignServer foreign) =>
        $"the data directory {HostView.Directory(settings, node)} on node {node.Node} has the postmaster.pid of a server that this runbook did not start ({foreign.Words})";

    /// <summary>What Status warns of.</summary>
    public static IEnumerable<string> Warnings(ClusterSettings settings, ClusterFacts facts)
    {
        if (facts.Away is { } away)
            yield return $"the agent of node {away.NodeName} is away: the server is believed to run; when the agent is back, the same server continues";
        if (facts.Orphan is { } orphan)
            yield return $"{Orphan(orphan)}; {TakeOver}";
        if (facts.Node is { Foreign: { } foreign } node)
            yield return $"{Foreign(settings, node, foreign)}; {foreign.WayOut}";
        if (facts.Node is { DataPresent: true, DataOurs: false } other)
            yield return $"the cluster in {HostView.Directory(settings, other)} is not the runbook's: ./build.sh Import --take-over makes it so";
    }
}

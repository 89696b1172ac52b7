using Runbook.Cluster;

namespace Runbook.Checks;

/// <summary>Whether the server serves, and on which timeline. Pure.</summary>
public static class ServerRule
{
    /// <summary>What was found.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        var facts = look.Facts;
        var node = facts.Node;
        var serves = facts.ServerAnswers && node!.Recovering == false;
        yield return Server(facts, node) with { Measures = [Metrics.ServerUp.Of(serves), Metrics.Recovering.Of(node?.Recovering == true)] };
        if (facts.Unasked is { } unasked)
            yield return new Finding(HealthLevel.Warning, "node", $"could not be asked: {unasked.Reason}; backups, WAL and room were not looked at") { Next = unasked.Next };
        if (node is { Timeline: > 0 })
            yield return new Finding(HealthLevel.Ok, "timeline", $"{node.Timeline}") { Measures = [Metrics.Timeline.Of(node.Timeline)] };
    }

    private static Finding Server(ClusterFacts facts, NodeFacts? node) => facts switch
    {
        { Node.Foreign: { } foreign } => new Finding(HealthLevel.Critical, "server", $"is not the runbook's: {foreign.Words}") { Next = foreign.WayOut },
        { Orphan: { } orphan } => new Finding(HealthLevel.Critical, "server", HolderWords.Orphan(orphan)) { Next = HolderWords.TakeOver },
        { ServerAnswers: true } when node!.Recovering == false => new Finding(HealthLevel.Ok, "server", $"answers{Version(node)}"),
        { ServerAnswers: true } => new Finding(HealthLevel.Warning, "server", $"is in recovery{Version(node!)}: it takes no writes") { Next = Due(facts, "./build.sh Logs") },
        { State: ClusterState.Away, Away: { } away } => new Finding(HealthLevel.Warning, "server", $"is believed to run: the agent of node {away.NodeName} is away") { Next = "nomad node status; start the agent again" },
        { State: ClusterState.Absent } => new Finding(HealthLevel.Critical, "server", "the cluster is not deployed") { Next = "./build.sh Deploy" },
        { ServerWanted: true, Unasked: { } unasked } => new Finding(HealthLevel.Critical, "server", $"is not known to run: {unasked.Reason}") { Next = unasked.Next },
        { ServerWanted: true } => new Finding(HealthLevel.Critical, "server", "should run and does not answer") { Next = Due(facts, "./build.sh Logs") },
        _ => new Finding(HealthLevel.Critical, "server", "is stopped") { Next = Due(facts, "./build.sh Deploy") },
    };

    private static string Version(NodeFacts node) => node.PostgresVersion.Length > 0 ? $", PostgreSQL {node.PostgresVersion}" : "";

    private static string Due(ClusterFacts facts, string otherwise) => facts.Node?.Restore is { } restore ? RestoreWords.Due(restore) : otherwise;
}

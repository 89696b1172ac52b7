using System.IO.Enumeration;
using LocalNomad.Model;
using LocalNomad.State;

namespace LocalNomad.Scheduling;

/// <summary>Whether the node takes a group, and what it gives it.</summary>
internal static class Placement
{
    // Where Nomad takes its dynamic ports from.
    private const int FirstDynamicPort = 20000;
    private const int LastDynamicPort = 32000;

    /// <returns>Null if the group can be placed.</returns>
    public static PlacementMetrics? Problem(ClusterState state, Node node, Job job, TaskGroup group)
    {
        var datacenters = job.Datacenters ?? [];
        if (!datacenters.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, node.Datacenter, ignoreCase: false)))
            return new PlacementMetrics();
        var here = new PlacementMetrics
        {
            NodesEvaluated = 1,
            NodesAvailable = new Dictionary<string, int> { [node.Datacenter] = 1 },
        };
        if (NodeConstraints.Unmet(node, job, group) is { } constraint)
            return here with { NodesFiltered = 1, ConstraintFiltered = new Dictionary<string, int> { [constraint] = 1 } };
        if (Collision(state, job, group) is { } port)
        {
            return here with
            {
                NodesExhausted = 1,
                DimensionExhausted = new Dictionary<string, int> { [$"network: reserved port collision {port.Label}={port.Value}"] = 1 },
            };
        }

        return null;
    }

    public static IReadOnlyDictionary<string, int> Ports(ClusterState state, TaskGroup group)
    {
        var taken = Taken(state).Select(port => port.Port).ToHashSet();
        var ports = new Dictionary<string, int>();
        foreach (var label in (group.Networks ?? []).SelectMany(network => (network.ReservedPorts ?? []).Concat(network.DynamicPorts ?? [])))
        {
            var port = label.Value > 0 ? label.Value : Enumerable.Range(FirstDynamicPort, LastDynamicPort - FirstDynamicPort).First(taken.Add);
            ports[label.Label] = port;
        }

        return ports;
    }

    // The job's own allocations do not stand in its way: the new one starts when they have ended.
    private static PortLabel? Collision(ClusterState state, Job job, TaskGroup group)
    {
        var taken = Taken(state).Where(port => port.Job != job.ID).Select(port => port.Port).ToHashSet();
        return (group.Networks ?? []).SelectMany(network => network.ReservedPorts ?? []).FirstOrDefault(port => taken.Contains(port.Value));
    }

    private static IEnumerable<(string Job, int Port)> Taken(ClusterState state) =>
        state.Allocations.Values.Where(allocation => !allocation.Terminal)
            .SelectMany(allocation => allocation.Ports.Values.Select(port => (allocation.JobID, port)));
}

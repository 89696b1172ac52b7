using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Checks;

/// <summary>What the rules of <c>Doctor</c> look at.</summary>
/// <param name="Settings">Of the cluster.</param>
/// <param name="Facts">What was observed.</param>
public sealed record DoctorLook(ClusterSettings Settings, DoctorFacts Facts)
{
    /// <summary>What the node of the data says of itself; null when it was not asked, or did not answer.</summary>
    public NodeFacts? Node => Facts.Host.Value?.Node;

    /// <summary>The same node as Nomad knows it; null when it is not known which.</summary>
    public NomadNode? NomadNode => Facts.Host.Value?.Host is { } host ? host : Facts.Nodes is { IsThere: true } nodes && Node is { } node ? nodes.Value.FirstOrDefault(n => n.Name == node.Node) : null;

    /// <summary>This cluster's server runs. The task that looks at the host sees its process, unless the driver gives each task processes of its own.</summary>
    public bool Serves => Node?.Recovering is not null || (Settings.Nomad.Driver != TaskDriver.RawExec && Facts.Host.Value?.Server is not null);
}

/// <summary>All rules of <c>Doctor</c>. Pure.</summary>
public static class DoctorCheck
{
    private static readonly Func<DoctorLook, IEnumerable<Diagnosis>>[] Rules =
    [
        MachineRule.Of, TlsRule.Of, NomadRule.Of, NodesRule.Of, HostRule.Of, PackagesRule.Of, DebianRule.Of, PortRule.Of, ClockRule.Of, HostRoomRule.Of, TaskFolderRule.Of,
    ];

    /// <summary>Everything that was looked at, in the order of the rules.</summary>
    public static IReadOnlyList<Diagnosis> Of(DoctorLook look) => [.. Rules.SelectMany(rule => rule(look))];

    /// <summary>The state of the worst.</summary>
    public static DoctorState Worst(IEnumerable<Diagnosis> diagnoses) => diagnoses.Select(d => d.State).DefaultIfEmpty(DoctorState.Ok).Max();
}

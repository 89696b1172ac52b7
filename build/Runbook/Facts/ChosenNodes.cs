using Runbook.Cli;
using Runbook.Config;

namespace Runbook.Facts;

/// <summary>The nodes on which the configuration lets the jobs run.</summary>
public static class ChosenNodes
{
    /// <summary>Whether a node is one of them, by datacenter and name.</summary>
    public static Func<NomadNode, bool> Of(ClusterSettings settings) =>
        node => node.Datacenter == settings.Nomad.Datacenter && (settings.Nomad.Node.Length == 0 || node.Name == settings.Nomad.Node);
}

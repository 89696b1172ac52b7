using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Cluster;

/// <summary>The nodes on which the configuration lets the jobs run, and what they must offer.</summary>
public static class ChosenNodes
{
    /// <summary>Whether a node is one of them, by datacenter and name.</summary>
    public static Func<NomadNode, bool> Of(ClusterSettings settings) =>
        node => node.Datacenter == settings.Nomad.Datacenter && (settings.Nomad.Node.Length == 0 || node.Name == settings.Nomad.Node);

    /// <summary>Nomad's name of the driver.</summary>
    public static string Driver(ClusterSettings settings) => settings.Nomad.Driver switch
    {
        TaskDriver.RawExec => "raw_exec",
        TaskDriver.Exec2 => "exec2",
        _ => "exec",
    };

    /// <summary>The host volumes that a node must offer.</summary>
    public static IReadOnlyList<string> Volumes(ClusterSettings settings) => settings.Nomad.Driver == TaskDriver.Exec
        ?
        [
            settings.Volumes.Data.Name, settings.Volumes.Socket.Name, settings.Volumes.Log.Name,
            .. settings.Pgbackrest.Repositories.Select(r => r.Volume).Where(v => v.Length > 0),
        ]
        : [];
}

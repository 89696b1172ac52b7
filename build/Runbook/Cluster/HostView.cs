using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Cluster;

/// <summary>The settings as who logs in to the host sees them: under <c>exec</c> a volume may lie elsewhere there than in a task.</summary>
public static class HostView
{
    /// <summary>Whether they may: only then is Nomad asked for the node.</summary>
    public static bool MayDiffer(ClusterSettings settings) => settings.Nomad.Driver == TaskDriver.Exec;

    /// <summary>The settings with the paths of the host; as they are where the node is not known, or does not tell.</summary>
    public static ClusterSettings Of(ClusterSettings settings, NomadNode? node)
    {
        if (!MayDiffer(settings) || node is null)
            return settings;
        VolumeSetting There(VolumeSetting volume) =>
            node.VolumePaths.TryGetValue(volume.Name, out var path) && path.Length > 0 ? volume with { Path = path } : volume;
        return settings with
        {
            Volumes = new() { Data = There(settings.Volumes.Data), Socket = There(settings.Volumes.Socket), Log = There(settings.Volumes.Log) },
        };
    }

    /// <summary>The data directory for who logs in to the host; as in a task where the node did not say.</summary>
    public static string Directory(ClusterSettings settings, NodeFacts? node) => node is { DataDirectory.Length: > 0 } ? node.DataDirectory : settings.DataDirectory;

    /// <summary>What the node said of its data directory, with the paths of the host in what is to be typed there.</summary>
    public static NodeFacts Of(ClusterSettings settings, NodeFacts facts, NomadNode? node)
    {
        var there = Of(settings, node).DataDirectory;
        string Named(string text) => text.Replace(settings.DataDirectory, there, StringComparison.Ordinal);
        return facts with
        {
            DataDirectory = there,
            Kept = [.. facts.Kept.Select(k => k with { Path = Named(k.Path) })],
            Foreign = facts.Foreign is { } foreign ? foreign with { WayOut = Named(foreign.WayOut) } : null,
        };
    }
}

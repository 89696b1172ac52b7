using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Checks;

/// <summary>Whether a node takes the jobs: datacenter, driver, host volumes; and which of several has the data. Pure.</summary>
public static class NodesRule
{
    private const string Place = "node";

    /// <summary>What was found.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        if (!look.Facts.Nodes.IsThere)
            yield break;
        var settings = look.Settings.Nomad;
        var nodes = look.Facts.Nodes.Value;
        var here = nodes.Where(ChosenNodes.Of(look.Settings)).ToList();
        if (here.Count == 0)
        {
            yield return new Diagnosis(
                DoctorState.Fail, Place, "place", $"{(settings.Node.Length > 0 ? $"node {settings.Node} is not in datacenter {settings.Datacenter}" : $"datacenter {settings.Datacenter} has no node")}; nodes: {Names(nodes)}")
            {
                Remedy = "set nomad.datacenter or nomad.node, or start the Nomad client",
            };
            yield break;
        }
        foreach (var node in here)
        {
            foreach (var diagnosis in Of(look.Settings, node))
                yield return diagnosis;
        }
        foreach (var diagnosis in Several(look, here))
            yield return diagnosis;
    }

    private static IEnumerable<Diagnosis> Of(ClusterSettings settings, NomadNode node)
    {
        yield return node is { Status: "ready", Eligible: true }
            ? new Diagnosis(DoctorState.Ok, Place, "ready", $"{node.Name} is ready{(node.Version is { } version ? $", Nomad {version}" : "")}")
            : new Diagnosis(DoctorState.Fail, Place, "ready", $"{node.Name} is {(node.Eligible ? node.Status : "not eligible")}") { Remedy = "nomad node status; nomad node eligibility -enable ID" };
        var driver = ChosenNodes.Driver(settings);
        yield return node.HealthyDrivers.Contains(driver)
            ? new Diagnosis(DoctorState.Ok, Place, "driver", $"{driver} is healthy on {node.Name}")
            : new Diagnosis(DoctorState.Fail, Place, "driver", $"{driver} is not healthy on {node.Name}")
            {
                Needed = driver,
                Remedy = $"enable the {driver} driver on the client, or set nomad.driver to one of {string.Join(", ", node.HealthyDrivers.Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}",
            };
        var volumes = ChosenNodes.Volumes(settings);
        var missing = volumes.Where(v => !node.HostVolumes.Contains(v)).ToList();
        if (missing.Count > 0)
            yield return new Diagnosis(DoctorState.Fail, Place, "host volumes", $"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} not configured on {node.Name}, which has {string.Join(", ", node.HostVolumes.Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}")
            {
                Remedy = "add a host_volume block for each to the client's configuration, owned by the postgres user",
            };
        else if (volumes.Count > 0)
            yield return new Diagnosis(DoctorState.Ok, Place, "host volumes", $"{string.Join(", ", volumes)} on {node.Name}");
    }

    private static IEnumerable<Diagnosis> Several(DoctorLook look, IReadOnlyList<NomadNode> here)
    {
        var able = here.Where(n => n.HealthyDrivers.Contains(ChosenNodes.Driver(look.Settings)) && ChosenNodes.Volumes(look.Settings).All(n.HostVolumes.Contains)).ToList();
        var holder = look.Facts.Cluster.Value?.LastServer?.NodeName ?? "";
        if (able.Count > 1)
            yield return new Diagnosis(DoctorState.Fail, Place, "data", $"{able.Count} nodes could hold the data: {Names(able)}{(holder.Length > 0 ? $"; the server ran on {holder}" : "")}")
            {
                Needed = "one: a restore must never meet another node's data",
                Remedy = $"set nomad.node to {(holder.Length > 0 ? holder : "the one that does")}",
            };
        else if (holder.Length > 0)
            yield return here.Any(n => n.Name == holder)
                ? new Diagnosis(DoctorState.Ok, Place, "data", $"the server ran last on {holder}")
                : new Diagnosis(DoctorState.Fail, Place, "data", $"the server ran last on {holder}, where the jobs may not run any more: its data is there")
                {
                    Remedy = $"set nomad.node to {holder}; if it is gone for good, restore on another node from the repository",
                };
    }

    private static string Names(IEnumerable<NomadNode> nodes) => string.Join(", ", nodes.Select(n => n.Name).DefaultIfEmpty("none"));
}

using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;
using Runbook.Steps;

namespace Runbook.Run;

/// <summary>Looks whether Nomad can run the jobs at all, before anything is submitted.</summary>
public static class Preflight
{
    /// <summary>Checks the versions and that a node fits.</summary>
    /// <param name="settings">What is to be run.</param>
    /// <param name="nomad">Where.</param>
    /// <param name="listener">Hears what may go wrong between versions.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">Something is missing; the message names it and the remedy.</exception>
    public static async Task CheckAsync(ClusterSettings settings, NomadClient nomad, IRunListener listener, CancellationToken ct)
    {
        var nodes = nomad.NodesAsync(ChosenNodes.Of(settings), ct);
        var servers = ServersAsync(nomad, ct);
        // Awaited first: a missing or old executable explains whatever else went wrong.
        var cli = await nomad.VersionAsync(ct);
        listener.Seen("nomad", $"{cli}");
        var all = await nodes;
        var fit = Fit(settings, all, all.Length > 1 && settings.Nomad.Node.Length == 0 ? await RanOnAsync(settings, nomad, ct) : "");
        VersionGuards.RequireVariables(settings, await servers, fit);
        foreach (var warning in VersionGuards.Warnings(settings, cli, await servers))
            listener.Warn(warning);
    }

    /// <summary>The nodes that can hold the cluster.</summary>
    /// <exception cref="RunbookException">There is none; the nearest miss is explained.</exception>
    /// <param name="settings">What is to be run.</param>
    /// <param name="nodes">Where it may run.</param>
    /// <param name="ranOn">Where the server ran last, and its data therefore is; empty where that is not known, or a node is configured.</param>
    public static IReadOnlyList<NomadNode> Fit(ClusterSettings settings, IReadOnlyList<NomadNode> nodes, string ranOn = "")
    {
        var driver = ChosenNodes.Driver(settings);
        var volumes = ChosenNodes.Volumes(settings);
        var here = nodes.Where(ChosenNodes.Of(settings)).ToList();
        if (here.Count == 0)
            throw RunbookException.Refused(
                settings.Nomad.Node.Length > 0
                    ? $"node {settings.Nomad.Node} is not in datacenter {settings.Nomad.Datacenter}; nodes: {Names(nodes)}"
                    : $"datacenter {settings.Nomad.Datacenter} has no node; nodes: {Names(nodes)}",
                "set nomad.datacenter or nomad.node, or start the Nomad client");
        var up = here.Where(n => n is { Status: "ready", Eligible: true }).ToList();
        if (up.Count == 0)
            throw RunbookException.Refused($"no node takes work: {string.Join(", ", here.Select(n => $"{n.Name} is {(n.Eligible ? n.Status : "not eligible")}"))}", "nomad node status; nomad node eligibility -enable ID");
        var driven = up.Where(n => n.HealthyDrivers.Contains(driver)).ToList();
        if (driven.Count == 0)
            throw RunbookException.Refused($"driver {driver} is not healthy on {Names(up)}", $"enable the {driver} driver on the client, or set nomad.driver to one of {string.Join(", ", up[0].HealthyDrivers.Order(StringComparer.Ordinal))}");
        var fit = driven.Where(n => volumes.All(n.HostVolumes.Contains)).ToList();
        if (fit.Count == 0)
            throw RunbookException.Refused(
                $"host volumes {string.Join(", ", volumes.Where(v => !driven[0].HostVolumes.Contains(v)))} are not configured on {Names(driven)}",
                "add a host_volume block for each to the client's configuration, owned by the postgres user");
        if (fit.Count > 1)
            throw RunbookException.Refused(
                $"{fit.Count} nodes could hold the data: {Names(fit)}{(ranOn.Length > 0 ? $"; the server ran last on {ranOn}" : "")}",
                $"set nomad.node to {(fit.Any(n => n.Name == ranOn) ? ranOn : "the one that does")}");
        // Another node's volume of the same name is empty, or another cluster's.
        if (ranOn.Length > 0 && fit[0].Name != ranOn)
            throw RunbookException.Refused(
                $"the server ran last on {ranOn}, where its data is, and no job can be placed there now: {State(nodes, ranOn)}",
                $"bring {ranOn} back; if it is lost for good, set nomad.node to {fit[0].Name} and restore there from the repository");
        return fit;
    }

    private static async Task<string> RanOnAsync(ClusterSettings settings, NomadClient nomad, CancellationToken ct) =>
        (await nomad.AllocationsAsync(ct)).LastOrDefault(a => a.JobId == settings.Postgres.JobName)?.NodeName ?? "";

    private static string State(IEnumerable<NomadNode> nodes, string name) => nodes.FirstOrDefault(n => n.Name == name) switch
    {
        null => $"Nomad has no node {name} any more",
        { Status: not "ready" } down => $"it is {down.Status}",
        { Eligible: false } => "it is not eligible",
        _ => "it offers not all that is needed",
    };

    private static async Task<ImmutableArray<NomadServer>> ServersAsync(NomadClient nomad, CancellationToken ct)
    {
        try
        {
            return await nomad.ServersAsync(ct);
        }
        catch (RunbookException)
        {
            // The nodes tell their versions too, and Nomad itself refuses what it cannot do: not worth stopping for.
            return [];
        }
    }

    private static string Names(IEnumerable<NomadNode> nodes) => string.Join(", ", nodes.Select(n => n.Name).DefaultIfEmpty("none"));
}

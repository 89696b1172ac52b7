using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Cluster;

/// <summary>What the versions of Nomad allow. It is asked for features, never for a version by itself.</summary>
public static class VersionGuards
{
    /// <summary>The first version that has variables.</summary>
    public static readonly Version Variables = new(1, 4);

    // CLIs of these versions ask with a filter that older servers cannot read (hashicorp/nomad#27680).
    private static readonly Version FilteringCli = new(1, 11, 3);
    private static readonly Version MendedCli = new(2, 0, 3);

    /// <summary>Looks whether every secret can be had from where it is said to be.</summary>
    /// <param name="settings">Hold the references.</param>
    /// <param name="servers">Of the cluster; of another region they are left out.</param>
    /// <param name="nodes">On which the jobs may run: the client renders what is read from a variable.</param>
    /// <exception cref="RunbookException">A secret is read from a Nomad variable, and some server or node has none.</exception>
    public static void RequireVariables(ClusterSettings settings, IEnumerable<NomadServer> servers, IEnumerable<NomadNode> nodes)
    {
        var reading = SecretSettings.Of(settings).Where(secret => secret.Reference.UsesNomadVariable).Select(secret => secret.Path).ToList();
        if (reading.Count == 0)
            return;
        var old = Of(settings, servers).Where(s => s.Version < Variables).Select(s => $"server {s.Name} runs Nomad {s.Version}")
            .Concat(nodes.Where(n => n.Version is { } version && version < Variables).Select(n => $"node {n.Name} runs Nomad {n.Version}"))
            .ToList();
        if (old.Count > 0)
            throw RunbookException.Refused(
                $"{string.Join(", ", reading)} {(reading.Count == 1 ? "is" : "are")} read from a Nomad variable, which came with Nomad {Variables}; {string.Join(", ", old)}",
                $"upgrade Nomad to {Variables} or newer; or say env:NAME, file:/path, secret:NAME, or a template of Vault or Consul KV there");
    }

    /// <summary>What is known to go wrong between a CLI and servers of other versions.</summary>
    public static IEnumerable<string> Warnings(ClusterSettings settings, Version cli, IEnumerable<NomadServer> servers)
    {
        if (Of(settings, servers).Select(s => s.Version).Min() is { } oldest && cli >= FilteringCli && cli < MendedCli && oldest < FilteringCli)
            yield return $"the nomad command is {cli}, the oldest server {oldest}: such a pair cannot dispatch jobs (\"failed to create result paginator\", "
                + $"fixed in {MendedCli}); name a nomad of the servers' version: --nomad /path/to/nomad";
    }

    private static IEnumerable<NomadServer> Of(ClusterSettings settings, IEnumerable<NomadServer> servers) =>
        servers.Where(s => s is { Alive: true, Version: not null } && (settings.Nomad.Region.Length == 0 || s.Region == settings.Nomad.Region));
}

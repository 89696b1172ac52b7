using System.Text.RegularExpressions;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Checks;

/// <summary>Looks at everything that a cluster needs; goes on where something is missing.</summary>
/// <param name="settings">Of the cluster.</param>
/// <param name="nomad">The way to Nomad.</param>
/// <param name="cluster">Observes the cluster.</param>
/// <param name="gate">Starts processes.</param>
/// <param name="time">The clock.</param>
public sealed partial class DoctorReader(ClusterSettings settings, NomadClient nomad, ClusterReader cluster, IProcessGate gate, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Looks.</summary>
    /// <param name="folder">Where the runbook writes.</param>
    /// <param name="inUse">Namespace that the environment asks for; empty for none.</param>
    /// <param name="remote">Asks Nomad; without, only this machine is looked at.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<DoctorFacts> ReadAsync(string folder, string inUse, bool remote, CancellationToken ct)
    {
        var facts = new DoctorFacts { Machine = await MachineAsync(folder, ct), Namespace = settings.Nomad.Namespace.Length > 0 ? settings.Nomad.Namespace : inUse };
        // Without the executable every other answer would be that it is missing.
        if (!remote || !facts.Machine.Nomad.IsThere)
            return facts;
        var servers = Answer.AskAsync(() => nomad.ServersAsync(ct));
        facts = facts with
        {
            Nodes = await Answer.AskAsync(() => nomad.NodesAsync(ChosenNodes.Of(settings), ct)),
            Servers = await servers,
        };
        if (!facts.Nodes.IsThere)
            return facts;
        if (facts.Namespace is not ("" or "default"))
            facts = facts with { NamespaceTrouble = (await Answer.AskAsync(() => NamespaceAsync(facts.Namespace, ct))).Trouble };
        facts = facts with { Cluster = await Answer.AskAsync(() => cluster.ReadJobsAsync(ct)) };
        if (facts.Cluster.Value is not { } jobs)
            return facts;
        var asked = time.GetUtcNow();
        var host = await Answer.AskAsync(() => cluster.WithHostAsync(jobs, ct));
        return facts with { Host = host, AskedAt = asked, AnsweredAt = time.GetUtcNow() };
    }

    private async Task<string> NamespaceAsync(string name, CancellationToken ct)
    {
        await nomad.NamespaceAsync(name, ct);
        return name;
    }

    private async Task<MachineFacts> MachineAsync(string folder, CancellationToken ct)
    {
        var version = Answer.AskAsync(() => nomad.VersionAsync(ct));
        var engines = new List<(string, Version)>();
        foreach (var engine in (string[])["terraform", "tofu"])
        {
            if (VersionPattern().Match(await SaysAsync(new Invocation(engine, ["version"]), ct)) is { Success: true } match)
                engines.Add((engine, Version.Parse(match.Groups["version"].Value)));
        }
        return new MachineFacts(Environment.Version, await version, new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace)
        {
            Engines = [.. engines],
            HasGit = (await SaysAsync(GitCommands.Version(), ct)).Length > 0,
        };
    }

    private async Task<string> SaysAsync(Invocation invocation, CancellationToken ct)
    {
        try
        {
            var outcome = await gate.RunAsync(invocation with { Timeout = Limit }, null, ct);
            return outcome.ExitCode == 0 ? outcome.Output : "";
        }
        catch (RunbookException)
        {
            // It is not installed.
            return "";
        }
    }

    [GeneratedRegex(@"v(?<version>\d+\.\d+\.\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex VersionPattern();
}

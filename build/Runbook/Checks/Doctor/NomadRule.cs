using Runbook.Cluster;
using Runbook.Nomad;

namespace Runbook.Checks;

/// <summary>Whether Nomad answers, accepts the token, and has the region and namespace. Pure.</summary>
public static class NomadRule
{
    private const string Place = "nomad";

    /// <summary>What was found.</summary>
    public static IEnumerable<Diagnosis> Of(DoctorLook look)
    {
        var (settings, facts) = look;
        if (facts.Nodes is { IsThere: false, Trouble: var trouble, Next: var next })
        {
            yield return trouble.Length > 0
                ? new Diagnosis(DoctorState.Fail, Place, "answer", trouble) { Remedy = Remedy(next) }
                : new Diagnosis(DoctorState.Unknown, Place, "answer", "Nomad was not asked") { Remedy = facts.Machine.Nomad.IsThere ? "./build.sh Deploy makes the sandbox" : "" };
            yield break;
        }
        yield return new Diagnosis(DoctorState.Ok, Place, "answer", "it answers, and the token may see its nodes");
        foreach (var diagnosis in Servers(look))
            yield return diagnosis;
        if (facts.Namespace is not ("" or "default"))
            yield return facts.NamespaceTrouble.Length == 0
                ? new Diagnosis(DoctorState.Ok, Place, "namespace", facts.Namespace)
                : new Diagnosis(DoctorState.Fail, Place, "namespace", $"{facts.Namespace} cannot be used: {facts.NamespaceTrouble}")
                {
                    Remedy = $"nomad namespace apply {facts.Namespace}, a token that may use it, or another nomad.namespace",
                };
        yield return facts.Cluster is { IsThere: true }
            ? new Diagnosis(DoctorState.Ok, Place, "jobs", facts.Cluster.Value!.Jobs.Count == 0 ? "none of this cluster yet" : $"{facts.Cluster.Value.Jobs.Count} of this cluster")
            : new Diagnosis(DoctorState.Fail, Place, "jobs", facts.Cluster.Trouble) { Remedy = Remedy(facts.Cluster.Next) };
    }

    // This is what that command answers.
    private static string Remedy(string next) => next == NomadFailure.Next ? "nomad server members and nomad node status, typed by hand, say more" : next;

    private static IEnumerable<Diagnosis> Servers(DoctorLook look)
    {
        var (settings, facts) = look;
        if (!facts.Servers.IsThere)
        {
            yield return new Diagnosis(DoctorState.Unknown, Place, "servers", facts.Servers.Trouble) { Remedy = "a token with agent:read shows them" };
            yield break;
        }
        var all = facts.Servers.Value;
        var region = settings.Nomad.Region;
        if (region.Length > 0 && all.All(s => s.Region != region))
            yield return new Diagnosis(DoctorState.Fail, Place, "region", $"no server is of region {region}; regions: {string.Join(", ", all.Select(s => s.Region).Distinct())}") { Remedy = "set nomad.region" };
        var ours = all.Where(s => region.Length == 0 || s.Region == region).ToList();
        foreach (var dead in ours.Where(s => !s.Alive))
            yield return new Diagnosis(DoctorState.Warn, Place, "servers", $"{dead.Name} is not alive") { Remedy = "nomad server members" };
        foreach (var old in ours.Where(s => s.Version < NomadClient.Oldest))
            yield return new Diagnosis(DoctorState.Fail, Place, "servers", $"{old.Name} runs {old.Version}") { Needed = $"{NomadClient.Oldest} to 2.x", Remedy = "upgrade Nomad" };
        yield return new Diagnosis(DoctorState.Ok, Place, "servers", $"{ours.Count(s => s.Alive)} alive, {string.Join(", ", ours.Select(s => s.Version).Distinct())}");
        foreach (var warning in VersionGuards.Warnings(settings, facts.Machine.Nomad.Value!, all))
            yield return new Diagnosis(DoctorState.Warn, Place, "versions", warning);
    }
}

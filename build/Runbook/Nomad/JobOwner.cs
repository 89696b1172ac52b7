using System.Collections.Concurrent;

namespace Runbook.Nomad;

/// <summary>What may be taken over that carries one of our names.</summary>
public enum TakeOverScope
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Jobs that no runbook has made.</summary>
    Unmanaged,

    /// <summary>Also those of another cluster.</summary>
    Everything,
}

/// <summary>
/// Whose a job is. Nomad knows it by its name alone, and two clusters may have been given the same one: every job says in
/// its meta of which cluster it is.
/// </summary>
/// <param name="cluster">Name of this cluster.</param>
/// <param name="setting">The setting that names a job, by the job's id.</param>
/// <param name="takeOver">What is ours to take.</param>
public sealed class JobOwner(string cluster, Func<string, string> setting, TakeOverScope takeOver = TakeOverScope.Nothing)
{
    /// <summary>The key of meta that every job of a runbook has.</summary>
    public const string Mark = "runbook";

    private const string Cluster = "cluster";

    private readonly ConcurrentDictionary<string, bool> _ours = new(StringComparer.Ordinal);

    /// <summary>Whether a job was seen to be of this cluster.</summary>
    public bool Knows(string id) => _ours.ContainsKey(id);

    /// <summary>Lets pass a job of this cluster.</summary>
    /// <exception cref="RunbookException">It is another cluster's, or no runbook's.</exception>
    public void Guard(NomadJob job) =>
        Guard(job.Id, job.Meta.ContainsKey(Mark) ? job.Meta.GetValueOrDefault(Cluster, "") : null);

    /// <summary>Lets pass what a plan shows to be a job of this cluster, or none yet.</summary>
    /// <exception cref="RunbookException">It is another cluster's, or no runbook's.</exception>
    public void Guard(JobDiff planned)
    {
        if (planned.Mark is DiffMark.Added || planned.Name.Length == 0)
            return;
        Guard(planned.Name, planned.Field($"Meta[{Mark}]") is { Mark: DiffMark.Added }
            ? null
            : planned.Field($"Meta[{Cluster}]") is { Mark: not DiffMark.None } other ? other.Old : cluster);
    }

    private void Guard(string id, string? owner)
    {
        if (owner is null && takeOver == TakeOverScope.Nothing)
            throw RunbookException.Refused(
                $"job {id} is in Nomad and is not the runbook's", $"./build.sh Import takes it over, with its data; or set {setting(id)} to another name");
        if (owner is not null && owner != cluster && takeOver != TakeOverScope.Everything)
            throw RunbookException.Refused(
                $"job {id} belongs to cluster {owner}, this is cluster {cluster}",
                $"set {setting(id)} to another name; if it is the same cluster under a new name, ./build.sh Import --take-over");
        _ours[id] = true;
    }
}

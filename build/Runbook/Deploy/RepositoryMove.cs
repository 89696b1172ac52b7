using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Deploy;

/// <summary>
/// The repositories of the deployed configuration beside those of a new one. What holds the backups is not left before another one does, and
/// what is encrypted stays encrypted with the passphrase that it has. Pure.
/// </summary>
/// <param name="Leaving">Those that the new configuration does not have.</param>
/// <param name="Staying">Those that both have, as they are deployed.</param>
/// <param name="Differs">Anything differs: place, order or encryption.</param>
public sealed record RepositoryMove(ImmutableArray<ConfiguredRepository> Leaving, ImmutableArray<ConfiguredRepository> Staying, bool Differs)
{
    /// <summary>Compares what is deployed with the settings.</summary>
    /// <param name="settings">The new ones.</param>
    /// <param name="node">Answered by a task of the deployed configuration; null when there is none.</param>
    public static RepositoryMove Of(ClusterSettings settings, NodeFacts? node)
    {
        var deployed = node?.Configured ?? [];
        var wanted = ConfiguredRepository.Of(settings);
        return new RepositoryMove(
            [.. deployed.Where(d => !wanted.Any(w => w.Place == d.Place))], [.. deployed.Where(d => wanted.Any(w => w.Place == d.Place))],
            !deployed.IsEmpty && !deployed.SequenceEqual(wanted));
    }

    /// <summary>Refuses a change that cannot be undone, before anything is changed.</summary>
    /// <param name="settings">The new ones.</param>
    /// <param name="deployed">Answered by a task of the deployed configuration.</param>
    /// <param name="looked">What the repositories of the new configuration hold, read with its secrets; null where it has none.</param>
    /// <param name="drop">Locations of repositories that are given up, separated by commas.</param>
    /// <exception cref="RunbookException">A guard said no.</exception>
    public void Guard(ClusterSettings settings, NodeFacts deployed, NodeFacts? looked, string drop)
    {
        var wanted = ConfiguredRepository.Of(settings);
        // A place where nothing has been stored yet may become what it likes.
        foreach (var repository in Staying.Where(s => !IsMissing(deployed, s.Number)))
        {
            var now = wanted.First(w => w.Place == repository.Place);
            if (now.Encrypted != repository.Encrypted)
                throw RunbookException.Refused(
                    $"{Named(now)} is {(repository.Encrypted ? "" : "not ")}encrypted, and the configuration says the opposite: {ConfiguredRepository.InPlace}", ConfiguredRepository.Beside);
        }
        GuardPassphrase(looked?.Repositories ?? [], wanted);
        if (looked is { RepositoryError.Length: > 0 })
            throw RunbookException.Refused($"the repository of the new configuration does not answer: {looked.RepositoryError}", "correct pgbackrest.repositories, then run Deploy again");
        foreach (var repository in (looked?.Repositories ?? []).Where(r => r.PostgresVersion.Length > 0))
            DeployPlanner.GuardRepository(settings, deployed, repository);
        var system = deployed.SystemIdentifier;
        var held = Leaving.Select(l => (Repository: l, Why: Held(deployed, l.Number))).Where(l => l.Why.Length > 0).ToList();
        if (held.Count == 0 || Staying.Any(s => HoldsFull(deployed, s.Number, system)) || wanted.Any(w => HoldsFull(looked, w.Number, system)))
            return;
        var given = drop.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (held.All(h => given.Contains(h.Repository.Place.Location)))
            return;
        throw RunbookException.Refused(
            $"the configuration does not have {string.Join(" and ", held.Select(h => $"{h.Repository.Place.Location} ({h.Why})"))} any more, and {(wanted.IsEmpty ? "no other repository" : "none of its repositories holds a full backup of this cluster")}: nothing could be restored",
            $"put {(held.Count == 1 ? "it" : "them")} back in addition to the new one and run Deploy, which takes a full backup there; then take {(held.Count == 1 ? "it" : "them")} out and run Deploy again. "
            + $"What is lost for good is removed with ./build.sh Deploy --drop-repository {string.Join(',', held.Select(h => h.Repository.Place.Location))}");
    }

    /// <summary>Refuses a repository that makes no sense with the passphrase of the settings.</summary>
    /// <exception cref="RunbookException">There is one.</exception>
    public static void GuardPassphrase(IEnumerable<RepositoryStatus> statuses, ImmutableArray<ConfiguredRepository> wanted)
    {
        if (statuses.FirstOrDefault(s => s.IsUndecipherable) is { } locked)
            throw RunbookException.Refused(
                $"{(wanted.FirstOrDefault(w => w.Number == locked.Number) is { } repository ? Named(repository) : $"repository {locked.Number}")} is encrypted with another passphrase, or not encrypted: {ConfiguredRepository.InPlace}",
                ConfiguredRepository.Beside);
    }

    private static string Named(ConfiguredRepository repository) => $"repository {repository.Number} ({repository.Place.Location})";

    // Why it cannot be left without a word; empty when nothing is lost with it.
    private static string Held(NodeFacts deployed, int number)
    {
        if (deployed.Repositories.FirstOrDefault(s => s.Number == number) is not { } status)
            return $"which does not answer{(deployed.RepositoryError.Length > 0 ? $": {deployed.RepositoryError}" : "")}";
        if (status.IsUnreadable)
            return $"which does not answer: {status.Message}";
        var fulls = deployed.Repository?.SetsOf(number).Where(s => s.Type == BackupType.Full).ToList() ?? [];
        return fulls.Count == 0 ? "" : $"{fulls.Count} full backup{(fulls.Count == 1 ? "" : "s")}, the newest {fulls[^1].Label}";
    }

    private static bool IsMissing(NodeFacts node, int number) => node.Repositories.Any(s => s.Number == number && s.IsMissing);

    private static bool HoldsFull(NodeFacts? node, int number, string system) =>
        node?.Repositories.FirstOrDefault(s => s.Number == number) is { IsUnreadable: false } status
        && (system.Length == 0 || status.SystemIdentifier == system)
        && node.Repository?.SetsOf(number).Any(s => s.Type == BackupType.Full && !s.Error) == true;
}

using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Checks;

/// <summary>Whether each repository can be read, and who else could read it. Pure.</summary>
public static class RepositoryRule
{
    /// <summary>What was found.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        if (!look.Settings.HasBackups)
        {
            yield return new Finding(HealthLevel.Warning, "repository", "none is configured: there are no backups, and nothing can be restored")
            {
                Next = "set pgbackrest.repositories, then ./build.sh Deploy",
            };
            yield break;
        }
        foreach (var (settings, number, status) in look.Repositories)
        {
            // Nobody could be asked: that the server's rule says.
            if (look.Facts.Node is { } node)
                yield return Reachable(look, node, settings, number, status);
            yield return Encryption(look, settings, number);
            if (settings.UsesTls)
                yield return Tls(look, settings, number);
        }
    }

    private static Finding Reachable(HealthLook look, NodeFacts node, RepositorySettings settings, int number, RepositoryStatus? status)
    {
        var name = look.Of(number);
        if (status is { IsMissing: false, IsUnreadable: false })
            return new Finding(HealthLevel.Ok, "repository", $"{name} answers ({settings.Location})") { Repository = number, Measures = [Metrics.RepositoryUp.Of(true)] };
        var elsewhere = look.Repositories.Any(r => r.Number != number && look.GoodSets(r.Number).Any(s => s.Type == BackupType.Full));
        return new Finding(
            elsewhere ? HealthLevel.Warning : HealthLevel.Critical, "repository",
            status is null or { IsUnreadable: true }
                ? $"{name} does not answer: {status?.Message ?? node.RepositoryError}"
                : $"{name} holds no stanza {look.Settings.Pgbackrest.Stanza} ({status.Message}): it was never created, or {settings.Location} is another place")
        {
            Repository = number,
            Threshold = elsewhere ? "another repository has a full backup" : "no other repository has a full backup",
            Next = status is { IsMissing: true } ? "look at pgbackrest.repositories and what is mounted there; ./build.sh Deploy makes a new stanza" : "fix it or wait, then ./build.sh Check",
            Measures = [Metrics.RepositoryUp.Of(false)],
        };
    }

    private static Finding Encryption(HealthLook look, RepositorySettings settings, int number) => new(
        HealthLevel.Ok, "encryption", settings.IsEncrypted ? $"{look.Of(number)} is encrypted" : $"{look.Of(number)} is not encrypted: who can read {settings.Location} reads the data")
    {
        Repository = number, Measures = [Metrics.Encrypted.Of(settings.IsEncrypted)],
    };

    private static Finding Tls(HealthLook look, RepositorySettings settings, int number) => settings.Tls.TrustAnyCertificate
        ? new Finding(HealthLevel.Warning, "tls", ClusterWords.TakesAnyCertificate(number))
        {
            Repository = number,
            Next = $"set tls.caFile of repository {number} instead, then ./build.sh Deploy",
            Measures = [Metrics.TlsVerified.Of(false)],
        }
        : new Finding(HealthLevel.Ok, "tls", $"the certificate of {look.Of(number)} is verified") { Repository = number, Measures = [Metrics.TlsVerified.Of(true)] };
}

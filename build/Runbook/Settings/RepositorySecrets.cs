using System.Globalization;

namespace Runbook.Settings;

/// <summary>A secret of a repository: where it stands in the configuration, and what pgBackRest calls it.</summary>
/// <param name="Path">Path of the setting.</param>
/// <param name="Option">pgBackRest's option, such as <c>repo1-s3-key</c>.</param>
/// <param name="Reference">Where the secret comes from.</param>
public sealed record RepositorySecret(string Path, string Option, SecretReference Reference)
{
    /// <summary>The environment variable in which pgBackRest takes it.</summary>
    public string Variable => "PGBACKREST_" + Option.ToUpperInvariant().Replace('-', '_');

    /// <summary>Number of the repository.</summary>
    public int Number => int.Parse(Option.AsSpan(RepositoryPrefix.Length, Option.IndexOf('-', StringComparison.Ordinal) - RepositoryPrefix.Length), CultureInfo.InvariantCulture);

    private const string RepositoryPrefix = "repo";
}

/// <summary>The secrets that the repositories need.</summary>
public static class RepositorySecrets
{
    /// <summary>All of them, in the order of the repositories.</summary>
    public static IEnumerable<RepositorySecret> Of(IReadOnlyList<RepositorySettings> repositories) =>
        repositories.SelectMany((repository, i) => new (string Key, string Option, SecretReference? Reference)[]
            {
                ("s3.key", "s3-key", repository.S3?.Key),
                ("s3.keySecret", "s3-key-secret", repository.S3?.KeySecret),
                ("azure.key", "azure-key", repository.Azure?.Key),
                ("cipherPassphrase", "cipher-pass", repository.CipherPassphrase),
            }
            .Where(secret => secret.Reference is not null)
            .Select(secret => new RepositorySecret($"pgbackrest.repositories[{i}].{secret.Key}", $"repo{i + 1}-{secret.Option}", secret.Reference!)));
}

namespace Runbook.Settings;

/// <summary>Every setting that holds a reference to a secret.</summary>
public static class SecretSettings
{
    /// <summary>Path of the setting and the reference, in the order of the configuration.</summary>
    public static IEnumerable<(string Path, SecretReference Reference)> Of(ClusterSettings settings) =>
    [
        ("postgres.superuserPassword", settings.Postgres.SuperuserPassword),
        .. settings.Postgres.Tls.Files.Select(file => (file.Path, file.Reference)),
        .. settings.Postgres.Databases.Select((database, i) => ($"postgres.databases[{i}].password", database.Password)),
        .. RepositorySecrets.Of(settings.Pgbackrest.Repositories).Select(secret => (secret.Path, secret.Reference)),
    ];
}

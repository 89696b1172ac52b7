using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Runbook.Config;

namespace Runbook.Run;

/// <summary>The operator's secrets, resolved and laid out as files for the node. Never printed.</summary>
public sealed class SecretBundle
{
    private const int Rounds = 50_000;

    private const string RepositoryFile = "pgbackrest.d/repository.conf";

    private SecretBundle(ImmutableSortedDictionary<string, string> files, string fingerprint) => (Files, Fingerprint) = (files, fingerprint);

    /// <summary>Name below the node's secrets folder, and content.</summary>
    public ImmutableSortedDictionary<string, string> Files { get; }

    /// <summary>Changes when a secret changes; slow to compute, so that a weak password is not guessed from it. Empty when
    /// the operator has none to deliver.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads all secrets that come from the operator's machine.</summary>
    /// <param name="settings">Say where they are.</param>
    /// <param name="resolver">Reads them.</param>
    /// <exception cref="ConfigurationException">Some cannot be had; names each setting.</exception>
    public static SecretBundle Resolve(ClusterSettings settings, SecretResolver resolver)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var errors = new List<ConfigurationError>();
        string Value(string path, SecretReference reference)
        {
            try
            {
                return resolver.Resolve(reference).Reveal();
            }
            catch (SecretException e)
            {
                errors.Add(new ConfigurationError(path, e.Message));
                return "";
            }
        }
        void Password(string role, string path, SecretReference reference)
        {
            if (reference.IsOperators)
                files[$"passwords/{role}"] = Value(path, reference);
        }
        Password("postgres", "postgres.superuserPassword", settings.Postgres.SuperuserPassword);
        foreach (var (database, i) in settings.Postgres.Databases.Select((d, i) => (d, i)))
            Password(database.User, $"postgres.databases[{i}].password", database.Password);
        var lines = RepositorySecrets.Of(settings.Pgbackrest.Repositories).Where(secret => secret.Reference.IsOperators)
            .Select(secret => $"{secret.Option}={Value(secret.Path, secret.Reference)}").ToList();
        if (lines.Count > 0)
            files[RepositoryFile] = string.Join('\n', lines.Prepend("[global]"));
        if (errors.Count > 0)
            throw new ConfigurationException(errors);
        var all = files.ToImmutable();
        return new SecretBundle(all, all.IsEmpty ? "" : Hash(settings.ClusterName, all));
    }

    private static string Hash(string salt, ImmutableSortedDictionary<string, string> files) =>
        Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(
            string.Join('\0', files.Select(f => $"{f.Key}\0{f.Value}")),
            SHA256.HashData(Encoding.UTF8.GetBytes(salt)), Rounds, HashAlgorithmName.SHA256, 16));
}

using System.Collections.Immutable;
using Runbook.Node;
using Runbook.Nomad;
using Runbook.Settings;

namespace Runbook.Cluster;

/// <summary>The operator's secrets, resolved and laid out as files for the node. Never printed.</summary>
public sealed class SecretBundle
{
    /// <summary>The delivery of nothing.</summary>
    public const string None = "none";

    private const string RepositoryFile = "pgbackrest.d/repository.conf";

    private readonly Lazy<(ImmutableSortedDictionary<string, string> Files, string Fingerprint)> _content;

    private SecretBundle(Func<ImmutableSortedDictionary<string, string>> fetch, string salt) => _content = new(() =>
    {
        var files = fetch();
        return (files, files.IsEmpty ? "" : Hash(salt, files));
    });

    /// <summary>Name below the node's secrets folder, and content.</summary>
    public ImmutableSortedDictionary<string, string> Files => _content.Value.Files;

    /// <summary>Changes when a secret changes; slow to compute, so that a weak password is not guessed from it. Empty when
    /// the operator has none to deliver.</summary>
    public string Fingerprint => _content.Value.Fingerprint;

    /// <summary>Reads all secrets that come from the operator's machine.</summary>
    /// <param name="settings">Say where they are.</param>
    /// <param name="resolver">Reads them.</param>
    /// <exception cref="ConfigurationException">Some cannot be had; names each setting.</exception>
    public static SecretBundle Resolve(ClusterSettings settings, SecretResolver resolver)
    {
        var bundle = WhenNeeded(settings, resolver);
        bundle.Fetch();
        return bundle;
    }

    /// <summary>The same, but nothing is read, and nobody asked for a password, before something is needed of it.</summary>
    public static SecretBundle WhenNeeded(ClusterSettings settings, SecretResolver resolver) =>
        new(() => Read(settings, resolver), settings.ClusterName);

    /// <summary>Reads them now, before anything is begun that needs them.</summary>
    /// <exception cref="ConfigurationException">Some cannot be had; names each setting.</exception>
    /// <exception cref="RunbookException">The password of the encrypted ones cannot be had, or is another one.</exception>
    public void Fetch() => _ = _content.Value;

    /// <summary>Reads them now.</summary>
    /// <returns>Why some cannot be had; null when all are.</returns>
    public Exception? Trouble()
    {
        try
        {
            Fetch();
            return null;
        }
        catch (Exception e) when (e is ConfigurationException or RunbookException)
        {
            return e;
        }
    }

    /// <summary>What the node calls the delivery of these.</summary>
    public string Delivery => Fingerprint.Length > 0 ? Fingerprint : None;

    /// <summary>Hands all of them to a task that waits for them.</summary>
    /// <param name="node">The way to it.</param>
    /// <param name="task">It waits.</param>
    /// <param name="delivery">What it waits for.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">The node did not take one.</exception>
    public async Task DeliverAsync(NodeChannel node, NomadAllocation task, string delivery, CancellationToken ct)
    {
        foreach (var (name, content) in Files)
            await node.DeliverAsync(task, $"{delivery}/{name}", content, isLast: false, ct);
        // The fingerprint comes last: it says that the others are whole.
        if (Files.Count > 0)
            await node.DeliverAsync(task, $"{delivery}/fingerprint", delivery, isLast: true, ct);
    }

    private static ImmutableSortedDictionary<string, string> Read(ClusterSettings settings, SecretResolver resolver)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var errors = new List<ConfigurationError>();
        string Value(string path, SecretReference reference) => Read(path, () => resolver.Resolve(reference));
        string Read(string path, Func<SecretValue> resolve)
        {
            try
            {
                return resolve().Reveal();
            }
            catch (SecretException e)
            {
                errors.Add(new ConfigurationError(path, e.Message));
                return "";
            }
        }
        // pgBackRest cuts them off in its file and keeps them in its environment, where a restore by hand has it.
        string Trimmed(string path, string value)
        {
            if (value.Trim(' ') != value)
                errors.Add(new ConfigurationError(path, "begins or ends with a blank, which pgBackRest does not read: give the secret without it"));
            return value;
        }
        void Password(string role, string path, SecretReference reference)
        {
            if (reference.IsOperators)
                files[$"passwords/{NodePasswords.FileOf(role)}"] = Value(path, reference);
        }
        Password("postgres", "postgres.superuserPassword", settings.Postgres.SuperuserPassword);
        foreach (var (database, i) in settings.Postgres.Databases.Select((d, i) => (d, i)))
            Password(database.User, $"postgres.databases[{i}].password", database.Password);
        foreach (var (file, path, reference) in settings.Postgres.Tls.Files.Where(file => file.Reference.IsOperators))
            files[$"tls/{file}"] = Read(path, () => resolver.ResolveLines(reference));
        var lines = RepositorySecrets.Of(settings.Pgbackrest.Repositories).Where(secret => secret.Reference.IsOperators)
            .Select(secret => $"{secret.Option}={Trimmed(secret.Path, Value(secret.Path, secret.Reference))}").ToList();
        if (lines.Count > 0)
            files[RepositoryFile] = string.Join('\n', lines.Prepend("[global]"));
        if (errors.Count > 0)
            throw new ConfigurationException(errors);
        return files.ToImmutable();
    }

    private static string Hash(string salt, ImmutableSortedDictionary<string, string> files) =>
        SecretFingerprint.Of(salt, string.Join('\0', files.Select(f => $"{f.Key}\0{f.Value}")));
}

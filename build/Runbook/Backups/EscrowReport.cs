using System.Text.Encodings.Web;
using System.Text.Json;
using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;

namespace Runbook.Backups;

/// <summary>What must be kept outside of the cluster, for the day on which neither it nor this runbook is there any more.</summary>
public static class EscrowReport
{
    private const int Shown = 3;

    // A script with every quote escaped could be read by programs alone.
    private static readonly EscrowJson Readable = new(new JsonSerializerOptions(EscrowJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Puts together what is known.</summary>
    /// <param name="settings">Of the cluster.</param>
    /// <param name="profile">Of the configuration.</param>
    /// <param name="node">As observed; null when nobody could be asked.</param>
    /// <param name="unknown">Why nobody could be asked.</param>
    /// <param name="resolver">Fetches the passphrases, as far as they can be had here.</param>
    /// <param name="script">The commands that restore by hand.</param>
    /// <param name="now">The clock.</param>
    public static EscrowDocument Document(
        ClusterSettings settings, string profile, NodeFacts? node, string unknown, SecretResolver resolver, string script, DateTimeOffset now) => new(
        settings.ClusterName, profile, now, settings.Pgbackrest.Stanza,
        Known(node?.SystemIdentifier is { Length: > 0 } live ? live : node?.Repository?.SystemIdentifier),
        Known(node?.PostgresVersion) ?? $"{settings.Postgres.Version}", Known(node?.PgbackrestVersion), node is null ? unknown : null,
        [.. settings.Pgbackrest.Repositories.Select((r, i) => Repository(settings, r, i + 1, node, resolver))], script);

    /// <summary>As JSON.</summary>
    public static string Json(EscrowDocument document) => JsonSerializer.Serialize(document, Readable.EscrowDocument);

    /// <summary>As lines, to be printed on paper.</summary>
    public static string Text(EscrowDocument d) => string.Join(Environment.NewLine,
    [
        $"Escrow of cluster {d.Cluster} (profile {d.Profile}), {Words.At(d.At)}",
        "Keep it outside of the cluster; and the secrets that it names, none of which it holds, in another place.",
        "",
        $"stanza             {d.Stanza}",
        $"system identifier  {d.SystemIdentifier ?? "unknown"}",
        $"PostgreSQL         {d.PostgresVersion}",
        $"pgBackRest         {d.PgbackrestVersion ?? "unknown"}",
        .. d.Unknown is { } why ? [$"the cluster could not be asked: {why}"] : (string[])[],
        .. d.Repositories.SelectMany(Lines),
        "",
        "To restore by hand, save what follows to a file and do what its first lines say.",
        "-----8<-----",
        d.Restore.TrimEnd(),
        "----->8-----",
    ]);

    private static IEnumerable<string> Lines(EscrowRepositoryDocument r)
    {
        yield return "";
        yield return $"repository {r.Number}, {r.Location}";
        yield return $"  type         {r.Type}{string.Concat(r.Settings.Select(s => $", {s.Key} {s.Value}"))}";
        yield return r.Passphrase is { } passphrase
            ? $"  encrypted    aes-256-cbc, passphrase from {passphrase.Source}, {(passphrase.Fingerprint is { } fingerprint ? $"fingerprint {fingerprint}" : $"no fingerprint: {passphrase.Unknown}")}"
            : "  encrypted    no";
        foreach (var secret in r.Secrets)
            yield return $"  secret       {secret.Variable}, now from {secret.Source}";
        foreach (var file in r.Files)
            yield return $"  file         {file}, a copy of it";
        yield return $"  newest sets  {(r.Newest.Count == 0 ? "unknown" : string.Join(", ", r.Newest.Select(s => $"{s.Label} ({s.Type}, {Words.At(s.FinishedAt)})")))}";
    }

    private static EscrowRepositoryDocument Repository(ClusterSettings settings, RepositorySettings r, int number, NodeFacts? node, SecretResolver resolver) => new(
        number, r.Location, SettingNames.Of(r.Type), Leads(r), r.IsEncrypted,
        r.CipherPassphrase is { } reference ? Passphrase(settings.ClusterName, reference, resolver) : null,
        [.. RepositorySecrets.Of(settings.Pgbackrest.Repositories).Where(s => s.Number == number).Select(s => new EscrowSecretDocument(s.Variable, Source(s.Reference)))],
        [.. r.Files],
        [.. (node?.Repository?.SetsOf(number) ?? []).Reverse().Take(Shown).Select(s => new EscrowSetDocument(s.Label, s.Type.ToString().ToLowerInvariant(), s.FinishedAt))]);

    private static SortedDictionary<string, string> Leads(RepositorySettings r)
    {
        var leads = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["path"] = r.Path };
        void Add(string key, string? value)
        {
            if (value is { Length: > 0 })
                leads[key] = value;
        }
        Add("volume", r.Volume);
        Add("endpoint", r.S3?.Endpoint ?? r.Azure?.Endpoint ?? r.Gcs?.Endpoint);
        Add("port", r.S3 is { EffectivePort: > 0 and var port } ? $"{port}" : r.Sftp is { } ssh ? $"{ssh.Port}" : null);
        Add("bucket", r.S3?.Bucket ?? r.Gcs?.Bucket);
        Add("region", r.S3?.Region);
        Add("style", r.S3 is { } s3 ? s3.PathStyle ? "path" : "host" : null);
        Add("account", r.Azure?.Account);
        Add("container", r.Azure?.Container);
        Add("host", r.Sftp?.Host);
        Add("user", r.Sftp?.User);
        Add("host fingerprint", r.Sftp?.HostFingerprint);
        return leads;
    }

    private static PassphraseDocument Passphrase(string cluster, SecretReference reference, SecretResolver resolver)
    {
        if (!reference.IsOperators)
            return new PassphraseDocument(Source(reference), null, "the node renders it, this machine does not have it");
        try
        {
            return new PassphraseDocument(Source(reference), SecretFingerprint.Of(cluster, resolver.Resolve(reference).Reveal().Trim(' ')), null);
        }
        catch (Exception e) when (e is SecretException or RunbookException)
        {
            return new PassphraseDocument(Source(reference), null, e.Message);
        }
    }

    private static string Source(SecretReference reference) => reference.ToString() is { Length: > 0 } text ? text : "the node, which generated it";

    private static string? Known(string? text) => text is { Length: > 0 } ? text : null;
}

using System.Text.Json.Serialization;

namespace Runbook.Backups;

/// <summary>What must be kept outside of the cluster, as <c>Escrow --output json</c> prints it. It holds no secret.</summary>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Profile">Profile of the configuration.</param>
/// <param name="At">When it was written.</param>
/// <param name="Stanza">The cluster's place in each repository.</param>
/// <param name="SystemIdentifier">Of the cluster; null when nobody could be asked.</param>
/// <param name="PostgresVersion">Of the server, in full where it could be asked.</param>
/// <param name="PgbackrestVersion">Null when nobody could be asked.</param>
/// <param name="Unknown">Why the cluster could not be asked; null when it was.</param>
/// <param name="Repositories">Each repository.</param>
/// <param name="Restore">A script that restores by hand.</param>
public sealed record EscrowDocument(
    string Cluster, string Profile, DateTimeOffset At, string Stanza, string? SystemIdentifier, string PostgresVersion, string? PgbackrestVersion, string? Unknown,
    IReadOnlyList<EscrowRepositoryDocument> Repositories, string Restore);

/// <summary>A repository.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Type">Kind of storage.</param>
/// <param name="Settings">What else leads there.</param>
/// <param name="Encrypted">Whether it can be read only with a passphrase.</param>
/// <param name="Passphrase">Of which one; null when it is not encrypted.</param>
/// <param name="Secrets">All secrets that are needed.</param>
/// <param name="Files">Files of the node that are needed.</param>
/// <param name="Newest">Its newest sets, newest first.</param>
public sealed record EscrowRepositoryDocument(
    int Number, string Location, string Type, IReadOnlyDictionary<string, string> Settings, bool Encrypted, PassphraseDocument? Passphrase,
    IReadOnlyList<EscrowSecretDocument> Secrets, IReadOnlyList<string> Files, IReadOnlyList<EscrowSetDocument> Newest);

/// <summary>A passphrase, without it.</summary>
/// <param name="Source">Where it comes from now.</param>
/// <param name="Fingerprint">Equal for equal passphrases of this cluster; null when it cannot be had on this machine.</param>
/// <param name="Unknown">Why it cannot be had; null when it can.</param>
public sealed record PassphraseDocument(string Source, string? Fingerprint, string? Unknown);

/// <summary>A secret, without it.</summary>
/// <param name="Variable">In which pgBackRest takes it by hand.</param>
/// <param name="Source">Where it comes from now.</param>
public sealed record EscrowSecretDocument(string Variable, string Source);

/// <summary>A backup set.</summary>
public sealed record EscrowSetDocument(string Label, string Type, DateTimeOffset FinishedAt);

/// <summary>How the document becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(EscrowDocument))]
internal sealed partial class EscrowJson : JsonSerializerContext;

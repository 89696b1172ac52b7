using System.Text.Json.Serialization;

namespace Runbook.Backups;

/// <summary>What <c>Backups --output json</c> prints for each set.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Type">full, diff or incr.</param>
/// <param name="StartedAt">When the copy began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Size">Bytes of the cluster that it restores.</param>
/// <param name="RepositorySize">Bytes that it takes in the repository.</param>
/// <param name="WalStart">First WAL segment that it needs.</param>
/// <param name="WalStop">Last WAL segment that it needs.</param>
/// <param name="Prior">The set it builds on; null for a full one.</param>
/// <param name="Error">It holds damaged pages.</param>
/// <param name="Repository">Number of the repository that holds it.</param>
public sealed record BackupDocument(
    string Label, string Type, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, long Size, long RepositorySize,
    string WalStart, string WalStop, string? Prior, bool Error, int Repository);

/// <summary>How the document becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<BackupDocument>))]
public sealed partial class BackupsJson : JsonSerializerContext;

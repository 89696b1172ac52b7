using System.Text.Json.Serialization;

namespace Runbook.Backups;

/// <summary>What <c>Expire --output json</c> prints.</summary>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Removed">It has been removed; otherwise it was only looked at, or nothing was due.</param>
/// <param name="Repositories">Each repository that was asked about.</param>
public sealed record ExpireDocument(string Cluster, bool Removed, IReadOnlyList<ExpiryDocument> Repositories);

/// <summary>What goes from one repository.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Sets">Labels of the sets that go.</param>
/// <param name="Leftovers">What interrupted backups have left, and goes as well.</param>
/// <param name="Wal">WAL that goes.</param>
/// <param name="Stays">Labels of the sets that stay.</param>
/// <param name="OldestNow">From when on any moment can be restored now; null when none can.</param>
/// <param name="OldestAfterwards">The same once that has gone.</param>
public sealed record ExpiryDocument(
    int Number, string Location, IReadOnlyList<string> Sets, IReadOnlyList<string> Leftovers, IReadOnlyList<WalDocument> Wal, IReadOnlyList<string> Stays,
    DateTimeOffset? OldestNow, DateTimeOffset? OldestAfterwards);

/// <summary>A stretch of WAL in the archive.</summary>
/// <param name="ArchiveId">Folder of the archive.</param>
/// <param name="Start">First segment or folder of segments; empty for all.</param>
/// <param name="Stop">Last one.</param>
public sealed record WalDocument(string ArchiveId, string Start, string Stop);

/// <summary>How the document becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ExpireDocument))]
internal sealed partial class ExpireJson : JsonSerializerContext;

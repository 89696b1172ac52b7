using System.Text.Json.Serialization;

namespace Runbook.Backups;

/// <summary>What <c>Verify --output json</c> prints.</summary>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Whole">Nothing is wrong with any of the repositories that were read.</param>
/// <param name="Repositories">Each of them.</param>
/// <param name="LostEverywhere">Moments that none of them can be recovered to any more.</param>
public sealed record VerifyDocument(
    string Cluster, bool Whole, IReadOnlyList<VerifiedRepositoryDocument> Repositories, IReadOnlyList<PeriodDocument> LostEverywhere);

/// <summary>A repository that was read.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Whole">Nothing is wrong with it.</param>
/// <param name="Sets">Its backup sets, oldest first.</param>
/// <param name="Segments">WAL segments that it holds.</param>
/// <param name="Problems">What is wrong.</param>
/// <param name="Notes">What is worth knowing and no damage.</param>
/// <param name="Restorable">The moments that can be recovered to.</param>
/// <param name="Lost">The moments that could be if nothing were wrong.</param>
public sealed record VerifiedRepositoryDocument(
    int Number, string Location, bool Whole, IReadOnlyList<VerifiedSetDocument> Sets, int Segments, IReadOnlyList<ProblemDocument> Problems,
    IReadOnlyList<string> Notes, IReadOnlyList<PeriodDocument> Restorable, IReadOnlyList<PeriodDocument> Lost);

/// <summary>A backup set that was read.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Status">valid, invalid, manifest missing or in-progress; null when it was not found.</param>
/// <param name="Files">Files that were read.</param>
/// <param name="FaultyFiles">Those of them that are missing or not as they were written.</param>
public sealed record VerifiedSetDocument(string Label, string? Status, int Files, int FaultyFiles);

/// <summary>Something that is wrong.</summary>
/// <param name="What">In words.</param>
/// <param name="Sets">Sets that cannot be restored for it.</param>
/// <param name="Segments">WAL segments that are missing or damaged.</param>
/// <param name="Lost">Moments that cannot be recovered to, if nothing else were wrong.</param>
/// <param name="Next">The next command.</param>
public sealed record ProblemDocument(string What, IReadOnlyList<string> Sets, IReadOnlyList<string> Segments, IReadOnlyList<PeriodDocument> Lost, string Next);

/// <summary>A stretch of time.</summary>
public sealed record PeriodDocument(DateTimeOffset From, DateTimeOffset To);

/// <summary>How the document becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(VerifyDocument))]
internal sealed partial class VerifyJson : JsonSerializerContext;

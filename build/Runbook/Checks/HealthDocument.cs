using System.Text.Json.Serialization;

namespace Runbook.Checks;

/// <summary>What <c>Check --output json</c> prints.</summary>
/// <param name="Level">ok, warning or critical: the worst of the findings.</param>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Profile">Profile of the configuration.</param>
/// <param name="At">When it was looked at, by the node's clock where that told it.</param>
/// <param name="Findings">Everything that was looked at.</param>
public sealed record HealthDocument(string Level, string Cluster, string Profile, DateTimeOffset At, IReadOnlyList<FindingDocument> Findings);

/// <summary>One thing that was looked at.</summary>
/// <param name="Level">ok, warning or critical.</param>
/// <param name="Check">What, in a word that does not change.</param>
/// <param name="Repository">Number of the repository that it is about; null when it is about none.</param>
/// <param name="Measured">What was found, for people.</param>
/// <param name="Threshold">Against what; null when that needs no words.</param>
/// <param name="Next">What to do; null when nothing is due.</param>
/// <param name="Values">What was measured, by the names that Prometheus gets, without the prefix.</param>
public sealed record FindingDocument(
    string Level, string Check, int? Repository, string Measured, string? Threshold, string? Next, IReadOnlyDictionary<string, double> Values);

/// <summary>How the document becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(HealthDocument))]
public sealed partial class HealthJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Runbook.Checks;

/// <summary>What <c>Drift --output json</c> prints.</summary>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Profile">Profile of the configuration.</param>
/// <param name="Drifted">Something differs.</param>
/// <param name="Findings">What differs.</param>
/// <param name="Notes">What could not be looked at, and why.</param>
public sealed record DriftDocument(string Cluster, string Profile, bool Drifted, IReadOnlyList<DriftDocumentFinding> Findings, IReadOnlyList<string> Notes);

/// <summary>One thing that differs.</summary>
/// <param name="Kind">job, setting or hba.</param>
/// <param name="Name">Of the job or the setting; pg_hba.conf.</param>
/// <param name="State">Of a job: missing, stopped, scaled, changed, down, outdated or left; of a setting: differs, altered or pending-restart; of pg_hba.conf: differs.</param>
/// <param name="Details">What differs, for people.</param>
/// <param name="Next">What to do.</param>
public sealed record DriftDocumentFinding(string Kind, string Name, string State, IReadOnlyList<string> Details, string Next);

/// <summary>How the document becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DriftDocument))]
public sealed partial class DriftJson : JsonSerializerContext;

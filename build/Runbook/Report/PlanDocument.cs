using System.Text.Json.Serialization;

namespace Runbook.Report;

/// <summary>What <c>Plan --output json</c> prints.</summary>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Profile">Profile of the configuration.</param>
/// <param name="Changes">Deploy would do something.</param>
/// <param name="RestartsServer">The running server would be restarted.</param>
/// <param name="Jobs">Every job, in the order of work.</param>
/// <param name="Work">What is to be done beside jobs, in order, for people.</param>
/// <param name="Terraform">What Terraform plans, a line for each change; empty without it.</param>
/// <param name="Notes">What the operator should know.</param>
public sealed record PlanDocument(
    string Cluster, string Profile, bool Changes, bool RestartsServer, IReadOnlyList<PlannedJobDocument> Jobs, IReadOnlyList<string> Work,
    IReadOnlyList<string> Terraform, IReadOnlyList<string> Notes);

/// <summary>A job in a plan.</summary>
/// <param name="Job">Nomad's id.</param>
/// <param name="Effect">none, create, in-place, start, restart or remove.</param>
/// <param name="Reasons">What differs, for people: what Nomad has, then what is rendered.</param>
/// <param name="Trouble">Why Nomad could not place it; null when it could.</param>
public sealed record PlannedJobDocument(string Job, string Effect, IReadOnlyList<string> Reasons, string? Trouble);

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

/// <summary>How these documents become JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(DriftDocument))]
public sealed partial class PlanJson : JsonSerializerContext;

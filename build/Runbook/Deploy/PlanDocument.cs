using System.Text.Json.Serialization;

namespace Runbook.Deploy;

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

/// <summary>How the document becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PlanDocument))]
public sealed partial class PlanJson : JsonSerializerContext;

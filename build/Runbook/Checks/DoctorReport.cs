using System.Text.Json;
using System.Text.Json.Serialization;
using Runbook.Output;

namespace Runbook.Checks;

/// <summary>What <c>Doctor</c> found, for people and for programs.</summary>
public static class DoctorReport
{
    /// <summary>What was found in a format.</summary>
    public static string Write(OutputFormat format, DoctorLook look, CommandOptions typed, IReadOnlyList<Diagnosis> diagnoses) => format == OutputFormat.Json
        ? JsonSerializer.Serialize(
            new DoctorDocument(
                Name(DoctorCheck.Worst(diagnoses)), look.Settings.ClusterName, typed.Profile,
                [.. diagnoses.Select(d => new DiagnosisDocument(Name(d.State), d.Place, d.Check, d.Found, Given(d.Needed), Given(typed.InAdvice(d.Remedy))))]),
            DoctorDocuments.Default.DoctorDocument)
        : typed.InAdvice(Text(diagnoses));

    /// <summary>How it came out, in one line.</summary>
    public static string Summary(IReadOnlyList<Diagnosis> diagnoses)
    {
        var counts = new[] { (DoctorState.Fail, "error", "errors"), (DoctorState.Warn, "warning", "warnings"), (DoctorState.Unknown, "not checked", "not checked") }
            .Select(s => (Count: diagnoses.Count(d => d.State == s.Item1), One: s.Item2, Many: s.Item3)).Where(s => s.Count > 0)
            .Select(s => $"{s.Count} {(s.Count == 1 ? s.One : s.Many)}").ToList();
        return $"{diagnoses.Count} checks: {(counts.Count == 0 ? "all passed" : string.Join(", ", counts))}";
    }

    private static string Text(IEnumerable<Diagnosis> diagnoses) => Columns.Of(
    [
        ["state", "where", "what", "found"],
        .. diagnoses.SelectMany(d => (string[][])
        [
            [Name(d.State), d.Place, d.Check, d.Needed.Length > 0 ? $"{d.Found} (needed: {d.Needed})" : d.Found],
            .. d.Remedy.Length > 0 ? (string[][])[["", "", "", $"remedy: {d.Remedy}"]] : [],
        ]),
    ]);

    private static string Name(DoctorState state) => state.ToString().ToLowerInvariant();

    private static string? Given(string text) => text.Length > 0 ? text : null;
}

/// <summary>What <c>Doctor --output json</c> prints.</summary>
/// <param name="State">The worst: ok, unknown, warn or fail.</param>
/// <param name="Cluster">Its name.</param>
/// <param name="Profile">Of the run.</param>
/// <param name="Findings">Everything that was looked at.</param>
public sealed record DoctorDocument(string State, string Cluster, string Profile, IReadOnlyList<DiagnosisDocument> Findings);

/// <summary>One thing that was looked at.</summary>
/// <param name="State">ok, unknown, warn or fail.</param>
/// <param name="Place">machine, nomad, node or host.</param>
/// <param name="Check">What was looked at.</param>
/// <param name="Found">What was found.</param>
/// <param name="Needed">What is needed; null where what was found says it.</param>
/// <param name="Remedy">What to do; null where nothing is to be done.</param>
public sealed record DiagnosisDocument(string State, string Place, string Check, string Found, string? Needed, string? Remedy);

/// <summary>How the documents become JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DoctorDocument))]
internal sealed partial class DoctorDocuments : JsonSerializerContext;

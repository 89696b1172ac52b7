using System.Text.Json;
using Runbook.Output;

namespace Runbook.Checks;

/// <summary>Says what runs otherwise than it is rendered.</summary>
public static class DriftReport
{
    /// <summary>The answer in the format that was asked for.</summary>
    /// <param name="format">Text or JSON.</param>
    /// <param name="findings">What differs.</param>
    /// <param name="notes">What could not be looked at.</param>
    /// <param name="cluster">Name of the cluster.</param>
    /// <param name="typed">What the commands are typed with.</param>
    public static string Write(OutputFormat format, IReadOnlyList<DriftFinding> findings, IReadOnlyList<string> notes, string cluster, CommandOptions typed) =>
        format == OutputFormat.Json
            ? JsonSerializer.Serialize(
                new DriftDocument(cluster, typed.Profile, findings.Count > 0,
                    [.. findings.Select(f => new DriftDocumentFinding(f.Kind, f.Name, f.State, f.Details, typed.InAdvice(f.Next)))], [.. notes.Select(typed.InAdvice)]),
                DriftJson.Default.DriftDocument)
            : typed.InAdvice(Text(findings, notes));

    /// <summary>How it came out, in one line.</summary>
    public static string Summary(IReadOnlyList<DriftFinding> findings) => findings.Count switch
    {
        0 => "no drift: what runs matches the configuration",
        1 => "1 difference from the configuration",
        var count => $"{count} differences from the configuration",
    };

    private static string Text(IReadOnlyList<DriftFinding> findings, IReadOnlyList<string> notes)
    {
        var lines = new List<string>();
        foreach (var finding in findings)
        {
            lines.Add($"{finding.Kind,-8} {finding.Name}: {finding.State}");
            lines.AddRange(finding.Details.Select(d => $"           {d}"));
        }
        lines.AddRange(findings.Select(f => f.Next).Distinct().Select(n => $"next     {n}"));
        lines.AddRange(notes.Select(n => $"note     {n}"));
        return string.Join(Environment.NewLine, lines);
    }
}

using System.Text.Json;
using Runbook.Output;

namespace Runbook.Checks;

/// <summary>What <c>Check</c> found, for people and for programs.</summary>
public static class HealthReport
{
    /// <summary>The findings in a format.</summary>
    public static string Write(OutputFormat format, HealthLook look, CommandOptions typed, IReadOnlyList<Finding> findings) => format switch
    {
        OutputFormat.Json => JsonSerializer.Serialize(Document(look, typed, findings), HealthJson.Default.HealthDocument),
        OutputFormat.Prometheus => PrometheusText.Write(look.Settings.ClusterName, findings).TrimEnd('\n'),
        _ => typed.InAdvice(Text(findings)),
    };

    /// <summary>How it came out, in one line.</summary>
    public static string Summary(IReadOnlyList<Finding> findings)
    {
        var counts = new[] { HealthLevel.Critical, HealthLevel.Warning }
            .Select(level => (Level: level, Count: findings.Count(f => f.Level == level))).Where(c => c.Count > 0)
            .Select(c => $"{c.Count} {(c.Level == HealthLevel.Critical ? "critical" : c.Count == 1 ? "warning" : "warnings")}").ToList();
        return counts.Count == 0 ? $"healthy: {findings.Count} checks" : $"{string.Join(", ", counts)} of {findings.Count} checks";
    }

    /// <summary>Name of a level.</summary>
    public static string Name(HealthLevel level) => level.ToString().ToLowerInvariant();

    // One line each, so that a mail or a grep shows whole findings; what was fine needs no thresholds to be understood.
    private static string Text(IEnumerable<Finding> findings) => string.Join(Environment.NewLine, findings.Select(f =>
        $"{Name(f.Level),-9} {f.Check,-16} {f.Measured}"
        + (f.Threshold.Length > 0 ? $" ({f.Threshold})" : "")
        + (f.Next.Length > 0 ? $"; next: {f.Next}" : "")));

    private static HealthDocument Document(HealthLook look, CommandOptions typed, IReadOnlyList<Finding> findings) => new(
        Name(HealthCheck.Worst(findings)), look.Settings.ClusterName, typed.Profile, look.Now,
        [
            .. findings.Select(f => new FindingDocument(
                Name(f.Level), f.Check, f.Repository, f.Measured, f.Threshold.Length > 0 ? f.Threshold : null,
                f.Next.Length > 0 ? typed.InAdvice(f.Next) : null,
                f.Measures.ToDictionary(m => m.Metric.Name, m => m.Value, StringComparer.Ordinal))),
        ]);
}

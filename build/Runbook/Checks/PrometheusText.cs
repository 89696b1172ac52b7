using System.Globalization;
using System.Text;

namespace Runbook.Checks;

/// <summary>Findings in Prometheus' text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/.</summary>
public static class PrometheusText
{
    // Beside what is measured: the verdicts.
    private static readonly Metric Level = new("check_level", "The worst of all findings: 0 ok, 1 warning, 2 critical.");
    private static readonly Metric FindingLevel = new("finding_level", "The worst finding of one check: 0 ok, 1 warning, 2 critical.");

    /// <summary>All samples, those of one metric together.</summary>
    public static string Write(string cluster, IReadOnlyList<Finding> findings)
    {
        var samples = new List<(Metric Metric, string Labels, double Value)>
        {
            (Level, Labels(cluster), (int)HealthCheck.Worst(findings)),
        };
        samples.AddRange(findings.GroupBy(f => (f.Check, f.Repository))
            .Select(g => (FindingLevel, Labels(cluster, g.Key.Repository, g.Key.Check), (double)(int)HealthCheck.Worst(g))));
        samples.AddRange(findings.SelectMany(f => f.Measures.Select(m => (m.Metric, Labels(cluster, f.Repository), m.Value))));
        var text = new StringBuilder();
        foreach (var metric in samples.GroupBy(s => s.Metric))
        {
            var name = Metrics.Prefix + metric.Key.Name;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {metric.Key.Help}\n# TYPE {name} {metric.Key.Type}\n");
            foreach (var (_, labels, value) in metric)
                text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {value}\n");
        }
        return text.ToString();
    }

    private static string Labels(string cluster, int? repository = null, string check = "")
    {
        var labels = new List<string> { $"cluster=\"{Escaped(cluster)}\"" };
        if (repository is { } number)
            labels.Add($"repository=\"{number}\"");
        if (check.Length > 0)
            labels.Add($"check=\"{Escaped(check)}\"");
        return string.Join(',', labels);
    }

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}

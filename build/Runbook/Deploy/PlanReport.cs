using System.Text.Json;
using Runbook.Cluster;
using Runbook.Output;

namespace Runbook.Deploy;

/// <summary>Says what Deploy would do.</summary>
public static class PlanReport
{
    /// <summary>The answer in the format that was asked for.</summary>
    public static string Write(OutputFormat format, DeployOutlook outlook, string cluster, CommandOptions typed) =>
        format == OutputFormat.Json
            ? JsonSerializer.Serialize(Document(outlook, cluster, typed), PlanJson.Default.PlanDocument)
            : typed.In(Text(outlook));

    /// <summary>How it came out, in one line.</summary>
    public static string Summary(DeployOutlook outlook)
    {
        if (!outlook.Changes)
            return "no change: Deploy would do nothing";
        var jobs = outlook.Jobs.Count(j => j.Effect != JobEffect.None);
        var parts = new[]
        {
            jobs > 0 ? $"{jobs} of {outlook.Jobs.Count} jobs would change" : "",
            outlook.Restart is not null ? "the server would be restarted" : "",
            outlook.Terraform.Count > 0 ? $"Terraform would change {outlook.Terraform.Count}" : "",
            outlook.Work.Count > 0 ? $"then {string.Join(", ", outlook.Work)}" : "",
        };
        return string.Join("; ", parts.Where(p => p.Length > 0));
    }

    /// <summary>Name of an effect.</summary>
    public static string Name(JobEffect effect) => effect == JobEffect.InPlace ? "in-place" : effect.ToString().ToLowerInvariant();

    private static string Text(DeployOutlook outlook)
    {
        var lines = new List<string>();
        foreach (var job in outlook.Jobs)
        {
            lines.Add($"{Name(job.Effect),-9} {job.Id}");
            lines.AddRange(job.Reasons.Select(r => $"            {r}"));
            if (job.Trouble.Length > 0)
                lines.Add($"            Nomad could not place it: {job.Trouble.ReplaceLineEndings(" ")}");
        }
        lines.AddRange(outlook.Terraform);
        lines.AddRange(outlook.Work.Select(w => $"then      {w}"));
        lines.AddRange(outlook.Notes.Select(n => $"note      {n}"));
        return string.Join(Environment.NewLine, lines);
    }

    private static PlanDocument Document(DeployOutlook outlook, string cluster, CommandOptions typed) => new(
        cluster, typed.Profile, outlook.Changes, outlook.Restart is not null,
        [.. outlook.Jobs.Select(j => new PlannedJobDocument(j.Id, Name(j.Effect), j.Reasons, j.Trouble.Length > 0 ? j.Trouble : null))],
        outlook.Work, outlook.Terraform, [.. outlook.Notes.Select(typed.In)]);
}

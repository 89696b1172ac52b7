using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Render;
using Runbook.Settings;

namespace Tests.Cluster;

/// <summary>Plans as Nomad prints them.</summary>
internal static class GivenPlan
{
    /// <summary>A job that differs.</summary>
    /// <param name="role">Of the job.</param>
    /// <param name="updates">What the scheduler would do to its group.</param>
    /// <param name="task">What stands in its task.</param>
    /// <param name="job">What stands before its group.</param>
    /// <param name="group">What stands in its group before the task.</param>
    public static JobChange Edited(JobRole role, string updates = "1 create/destroy update", string task = "", string job = "", string group = "")
    {
        var id = role == JobRole.Postgres ? "postgres" : $"pgbackrest-{role.ToString().ToLowerInvariant()}";
        var diff = JobDiffText.Parse($"+/- Job: \"{id}\"\n{job}\n+/- Task Group: \"main\" ({updates})\n{group}\n  +/- Task: \"main\" (forces create/destroy update)\n{task}\n\nScheduler dry-run:\n");
        return new JobChange(new RenderedJob(id, id + ".nomad.hcl", role, ""), new NomadPlan(true, 7, "") { Diff = diff });
    }

    /// <summary>A file that a task carries, in another version.</summary>
    /// <param name="path">Below the task.</param>
    /// <param name="old">What Nomad has.</param>
    /// <param name="now">What is rendered.</param>
    /// <param name="edited">As Nomad 2.0 tells it; older ones call it one that went and one that came.</param>
    public static string File(string path, string old, string now, bool edited = false) => edited
        ? $"+/- Template {{\n DestPath: \"{path}\"\n +/- EmbeddedTmpl: \"{Quote(old)}\" => \"{Quote(now)}\"\n }}"
        : $"+ Template {{\n + DestPath: \"{path}\"\n + EmbeddedTmpl: \"{Quote(now)}\"\n }}\n- Template {{\n - DestPath: \"{path}\"\n - EmbeddedTmpl: \"{Quote(old)}\"\n }}";

    private static string Quote(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}

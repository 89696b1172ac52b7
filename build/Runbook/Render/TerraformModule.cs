using Runbook.Settings;
using Scriban.Runtime;

namespace Runbook.Render;

/// <summary>A file of the root module.</summary>
/// <param name="FileName">Without a directory.</param>
/// <param name="Text">HCL, formatted and without secrets.</param>
public sealed record TerraformFile(string FileName, string Text);

/// <summary>Renders the root module that submits what keeps running, for Terraform and OpenTofu. Pure.</summary>
/// <param name="templatesDirectory">Folder of the templates.</param>
public sealed class TerraformModule(string templatesDirectory)
{
    /// <summary>Folder of the module, beside the jobspecs that it submits.</summary>
    public const string Folder = "terraform";

    /// <summary>The files that the module may have; others in its folder are the operator's.</summary>
    public static IReadOnlyList<string> FileNames { get; } = ["backend.tf", "main.tf", "variables.tf"];

    /// <summary>The first line of each: a file without it is somebody else's.</summary>
    public const string Mark = "# Rendered; change the configuration, not this file.";

    // Beyond what the server may take, so that Nomad's own deadline is the one that is told.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly TemplateEngine _engine = new(templatesDirectory);

    /// <summary>The files; none where Terraform is not the engine.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="jobs">All jobs of these settings.</param>
    /// <exception cref="RenderException">A template is missing or wrong.</exception>
    public IReadOnlyList<TerraformFile> Render(ClusterSettings settings, IReadOnlyList<RenderedJob> jobs)
    {
        if (!settings.UsesTerraform)
            return [];
        var model = SettingsModel.Of(settings);
        model["timeout"] = Duration.Format(Timeout(settings));
        model["jobs"] = new ScriptArray(jobs.Where(j => j.Role.IsLasting()).Select(j => new ScriptObject
        {
            ["id"] = j.Id,
            ["file"] = j.FileName,
            ["resource"] = JobCatalog.Of(j.Role).Resource,
            ["variable"] = JobCatalog.Of(j.Role).Variable,
        }));
        return [.. FileNames.Select(name => new TerraformFile(name, HclFormatter.Format(_engine.Render($"terraform/{name}.sbn", model))))];
    }

    /// <summary>Takes over jobs that Nomad has and Terraform's state does not know: Terraform 1.5 reads it as part of a plan.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="jobs">Lasting jobs; none gives an empty text.</param>
    public static string TakeOver(ClusterSettings settings, IEnumerable<RenderedJob> jobs)
    {
        var space = settings.Nomad.Namespace.Length > 0 ? settings.Nomad.Namespace : "default";
        return string.Concat(jobs.Select(job => $"import {{\n  to = {Address(job.Role)}\n  id = {HclText.Quote($"{job.Id}@{space}")}\n}}\n"));
    }

    /// <summary>Address of a lasting job that runs, as the state names it.</summary>
    public static string Address(JobRole role) => $"nomad_job.{JobCatalog.Of(role).Resource}[0]";

    /// <summary>How long Terraform waits for a job to be healthy.</summary>
    public static TimeSpan Timeout(ClusterSettings settings) => settings.Postgres.StartTimeout + Margin;
}

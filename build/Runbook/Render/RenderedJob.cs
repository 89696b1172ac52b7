using Runbook.Settings;

namespace Runbook.Render;

/// <summary>A jobspec, ready to be submitted.</summary>
/// <param name="Id">Nomad's id of the job.</param>
/// <param name="FileName">Name of its file, without a directory.</param>
/// <param name="Role">What the job is for.</param>
/// <param name="Text">The jobspec in HCL, formatted and without secrets.</param>
public sealed record RenderedJob(string Id, string FileName, JobRole Role, string Text)
{
    /// <summary>Sum of the files that it brings to the data volume, as the node counts it; empty for none.</summary>
    public string Delivers { get; init; } = "";
}

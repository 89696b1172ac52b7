using Runbook.Cli;
using Runbook.Render;

namespace Runbook.Plan;

/// <summary>A job as rendered now, beside what submitting it would do.</summary>
public sealed record JobChange(RenderedJob Job, NomadPlan Effect);

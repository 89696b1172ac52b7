using Runbook.Nomad;
using Runbook.Render;

namespace Runbook.Cluster;

/// <summary>A job as rendered now, beside what submitting it would do.</summary>
public sealed record JobChange(RenderedJob Job, NomadPlan Effect);

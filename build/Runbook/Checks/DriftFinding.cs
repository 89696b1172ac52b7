using System.Collections.Immutable;

namespace Runbook.Checks;

/// <summary>One thing that runs otherwise than it is rendered.</summary>
/// <param name="Kind">job, setting or hba.</param>
/// <param name="Name">Of the job or the setting.</param>
/// <param name="State">What is the matter with it, in a word that does not change.</param>
/// <param name="Details">What differs, one thing each.</param>
/// <param name="Next">What to do.</param>
public sealed record DriftFinding(string Kind, string Name, string State, ImmutableArray<string> Details, string Next);

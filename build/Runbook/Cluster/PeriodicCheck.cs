using System.Collections.Immutable;
using Runbook.Node;

namespace Runbook.Cluster;

/// <summary>What the cluster found when it last checked itself.</summary>
/// <param name="At">When.</param>
/// <param name="Result">ok, failed or skipped.</param>
/// <param name="Problems">What was critical; why it was skipped.</param>
public sealed record PeriodicCheck(DateTimeOffset At, string Result, ImmutableArray<string> Problems)
{
    /// <summary>Nothing was critical.</summary>
    public bool IsOk => Result == "ok";

    /// <summary>It did not look: a restore was under way, or the server was stopped on purpose.</summary>
    public bool IsSkipped => Result == "skipped";

    /// <summary>Reads the facts <c>check.*</c>; null when none has run yet.</summary>
    internal static PeriodicCheck? Parse(FactLines facts) => Moment.Of(facts.Value("check.at")) is { } at
        ? new PeriodicCheck(at, facts.Value("check.result"), [.. facts.All("check.problem").Where(p => p.Length > 0)])
        : null;
}

using System.Globalization;
using Runbook.Node;

namespace Runbook.Cluster;

/// <summary>The scheduled backups are held back on purpose; kept on the data volume, so every operator sees the same.</summary>
/// <param name="Since">From when on.</param>
/// <param name="By">Who said so, user@host.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record SchedulePause(DateTimeOffset Since, string By, string Reason)
{
    /// <summary>Reads the facts <c>paused.*</c>; null when nothing is held back.</summary>
    internal static SchedulePause? Parse(FactLines facts) =>
        facts.All("paused.since").Any()
            ? new SchedulePause(
                DateTimeOffset.TryParse(facts.Value("paused.since"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since)
                    ? since : default,
                facts.Value("paused.by"), facts.Value("paused.reason"))
            : null;
}

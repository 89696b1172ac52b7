namespace Runbook.Checks;

/// <summary>All rules of <c>Check</c>. Pure.</summary>
public static class HealthCheck
{
    private static readonly Func<HealthLook, IEnumerable<Finding>>[] Rules =
    [
        ServerRule.Of, ChecksumRule.Of, RepositoryRule.Of, BackupAgeRule.Of, ArchiveLagRule.Of, ArchiveQueueRule.Of, GapRule.Of,
        RoomRule.Of, KeptRule.Of, ScheduleRule.Of, PeriodicCheckRule.Of, TlsRule.Of, AlteredRule.Of,
    ];

    /// <summary>Everything that was looked at, in the order of the rules.</summary>
    public static IReadOnlyList<Finding> Of(HealthLook look) => [.. Rules.SelectMany(rule => rule(look))];

    /// <summary>The level of the worst.</summary>
    public static HealthLevel Worst(IEnumerable<Finding> findings) => findings.Select(f => f.Level).DefaultIfEmpty(HealthLevel.Ok).Max();

    /// <summary>The gaps in front of which the last commit should be looked for, so that the times that are lost can be told exactly.</summary>
    public static IReadOnlyList<WalGap> Gaps(HealthLook look) =>
        look.Facts.Node?.Health is { } health ? [.. look.Repositories.Where(r => !health.Unlisted.Contains(r.Number)).SelectMany(r => WalGaps.Of(look, health, r.Number))] : [];
}

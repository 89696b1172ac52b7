using Runbook.Cluster;
using Runbook.Output;
using Runbook.Settings;
using Runbook.Wal;

namespace Runbook.Checks;

/// <summary>What the rules of <c>Check</c> look at.</summary>
/// <param name="Settings">Of the cluster.</param>
/// <param name="Facts">What was observed.</param>
/// <param name="OperatorNow">The clock of the operator.</param>
public sealed record HealthLook(ClusterSettings Settings, ClusterFacts Facts, DateTimeOffset OperatorNow)
{
    /// <summary>The last commit before a gap, by the name of the first missing segment, where it was looked for and found.</summary>
    public IReadOnlyDictionary<string, LastCommit> LastCommits { get; init; } = new Dictionary<string, LastCommit>(StringComparer.Ordinal);

    /// <summary>The node's clock where it told it: ages are of its files.</summary>
    public DateTimeOffset Now => Facts.Node?.Health?.Now ?? OperatorNow;

    /// <summary>The thresholds that are settings.</summary>
    public CheckSettings Limits => Settings.Pgbackrest.Check;

    /// <summary>The thresholds that may follow from schedules.</summary>
    public CheckThresholds Thresholds { get; } = CheckThresholds.Of(Settings.Pgbackrest);

    /// <summary>The configured repositories with their numbers, and how they do; null for one of which nothing was said.</summary>
    public IEnumerable<(RepositorySettings Settings, int Number, RepositoryStatus? Status)> Repositories =>
        Settings.Pgbackrest.Repositories.Select((r, i) => (r, i + 1, Facts.Node?.Repositories.FirstOrDefault(s => s.Number == i + 1)));

    /// <summary>The whole sets of a repository, oldest first.</summary>
    public IEnumerable<BackupSet> GoodSets(int repository) => Facts.Node?.Repository?.SetsOf(repository).Where(s => !s.Error) ?? [];

    /// <summary>Which one is meant, where there are several.</summary>
    public string Of(int repository) => Settings.Pgbackrest.Repositories.Count > 1 ? $"repository {repository}" : "the repository";
}

/// <summary>Compares with a threshold.</summary>
internal static class Grade
{
    /// <summary>More is worse.</summary>
    public static HealthLevel Above(TimeSpan value, TimeSpan warning) => Above(value.TotalSeconds, warning.TotalSeconds);

    /// <summary>More is worse.</summary>
    public static HealthLevel Above(double value, double warning) =>
        value > CheckThresholds.CriticalAbove(warning) ? HealthLevel.Critical : value > warning ? HealthLevel.Warning : HealthLevel.Ok;

    /// <summary>Less is worse.</summary>
    public static HealthLevel Below(double value, double warning) =>
        value < CheckThresholds.CriticalBelow(warning) ? HealthLevel.Critical : value < warning ? HealthLevel.Warning : HealthLevel.Ok;

    /// <summary>The worse of the two.</summary>
    public static HealthLevel Worse(HealthLevel one, HealthLevel other) => one > other ? one : other;

    /// <summary>A threshold in words.</summary>
    public static string AboveInWords(TimeSpan warning) => $"warning above {Words.Span(warning)}, critical above {Words.Span(CheckThresholds.CriticalAbove(warning))}";
}

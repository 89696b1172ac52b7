namespace Runbook.Restore;

/// <summary>What a closer look at the chosen set found.</summary>
/// <param name="BrokenSets">Sets, of the chosen one and those it builds on, whose manifest is not in the repository.</param>
/// <param name="Segments">WAL segments in the repository, in the folders of the set's own.</param>
public sealed record SetProbe(IReadOnlySet<string> BrokenSets, IReadOnlySet<string> Segments)
{
    /// <summary>Reads what the node printed for the operation <c>probe</c>.</summary>
    public static SetProbe Parse(string probe)
    {
        HashSet<string> Values(string fact) =>
        [
            .. probe.Split('\n').Where(l => l.StartsWith($"fact {fact} ", StringComparison.Ordinal)).Select(l => l[(fact.Length + 6)..].Trim()),
        ];
        return new SetProbe(Values("set.broken"), Values("segment"));
    }
}

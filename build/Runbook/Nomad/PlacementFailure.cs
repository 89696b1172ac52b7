using System.Collections.Immutable;
using System.Text.Json;

namespace Runbook.Nomad;

/// <summary>Why a job has no place on any node, as its evaluation tells.</summary>
/// <param name="NodesAvailable">Nodes of the datacenter that are ready and eligible.</param>
/// <param name="Filtered">Constraints that exclude nodes, with the number of these.</param>
/// <param name="Exhausted">What nodes have too little of, with the number of these.</param>
public sealed record PlacementFailure(int NodesAvailable, ImmutableSortedDictionary<string, int> Filtered, ImmutableSortedDictionary<string, int> Exhausted)
{
    /// <summary>No node could be asked at all: they are down, drained or ineligible.</summary>
    public bool NoNode => NodesAvailable == 0 && Filtered.IsEmpty && Exhausted.IsEmpty;

    /// <summary>It may pass by itself, as when a task that is ending still holds its port.</summary>
    public bool MayPass => !Exhausted.IsEmpty;

    /// <summary>The reasons in one line.</summary>
    public string Reason => NoNode
        ? "no node is ready and eligible"
        : string.Join("; ", Filtered.Select(f => $"constraint \"{f.Key}\" excludes {Nodes(f.Value)}").Concat(Exhausted.Select(e => $"{Nodes(e.Value)} exhausted: {e.Key}")));

    /// <summary>Reads the answer of <c>eval status -json ID</c>; null where everything has its place.</summary>
    public static PlacementFailure? Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("FailedTGAllocs", out var groups) && groups.ValueKind == JsonValueKind.Object
            && groups.EnumerateObject().Select(g => g.Value).Cast<JsonElement?>().FirstOrDefault() is { } metrics
            ? new PlacementFailure(Counts(metrics, "NodesAvailable").Values.Sum(), Counts(metrics, "ConstraintFiltered"), Counts(metrics, "DimensionExhausted"))
            : null;
    }

    private static string Nodes(int count) => count == 1 ? "1 node" : $"{count} nodes";

    private static ImmutableSortedDictionary<string, int> Counts(JsonElement metrics, string name) =>
        metrics.TryGetProperty(name, out var counts) && counts.ValueKind == JsonValueKind.Object
            ? counts.EnumerateObject().ToImmutableSortedDictionary(c => c.Name, c => c.Value.GetInt32(), StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, int>.Empty;
}

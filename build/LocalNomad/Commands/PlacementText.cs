using LocalNomad.Model;

namespace LocalNomad.Commands;

/// <summary>Why a group found no place, in Nomad's words.</summary>
internal static class PlacementText
{
    public static IEnumerable<string> Lines(PlacementMetrics metrics)
    {
        if (metrics.NodesEvaluated == 0)
            yield return "* No nodes were eligible for evaluation";
        foreach (var (constraint, nodes) in metrics.ConstraintFiltered ?? new Dictionary<string, int>())
            yield return $"* Constraint \"{constraint}\": {nodes} nodes excluded by filter";
        if (metrics.NodesExhausted > 0)
            yield return $"* Resources exhausted on {metrics.NodesExhausted} nodes";
        foreach (var (dimension, nodes) in metrics.DimensionExhausted ?? new Dictionary<string, int>())
            yield return $"* Dimension \"{dimension}\" exhausted on {nodes} nodes";
    }
}

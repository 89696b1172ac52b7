using Runbook.Cluster;

namespace Runbook.Steps;

/// <summary>A restore order as the meta of the job that carries it out; Nomad shows it to everybody.</summary>
public static class RestoreMeta
{
    /// <summary>The pairs, without those that say what is usual.</summary>
    public static IEnumerable<(string Key, string Value)> Of(RestoreOrder order) => new (string Key, string Value)[]
    {
        ("id", order.Id),
        ("source", order.Source),
        ("set", order.Set),
        ("target", order.Target.Word),
        ("value", order.Target.Value),
        ("exclusive", order.Target.Exclusive ? "true" : ""),
        ("timeline", order.Timeline),
        ("strategy", order.Strategy switch { RestoreStrategy.Online => "online", RestoreStrategy.InPlace => "in-place", _ => "beside" }),
        ("pause", order.Pause ? "true" : ""),
        ("expect", order.Expect),
    }.Where(p => p.Value.Length > 0);
}

using System.Collections.Immutable;
using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;
using Tests.Cluster;

namespace Tests.Checks;

/// <summary>A cluster with which nothing is wrong: each test changes the one thing that it is about.</summary>
internal static class GivenDoctor
{
    public static MachineFacts Machine { get; } = new(new Version(10, 0, 1), Answer.Of(new Version(1, 8, 3)), 50_000_000_000)
    {
        Engines = [("terraform", new Version(1, 11, 4))], HasGit = true,
    };

    public static NomadNode Node { get; } = new(
        "1", "db-1", "dc1", "ready", Eligible: true, ["exec", "raw_exec"], ["postgres-data", "postgres-socket", "postgres-log"]) { Version = new Version(1, 8, 3) };

    public static HostFacts GoodHost { get; } = new("Debian GNU/Linux 12 (bookworm)", "UTC", "masked", Given.Noon)
    {
        Rooms = [new Room("data", 60_000_000_000, 100_000_000_000, "/var/lib/postgresql"), new Room("repository1", 30_000_000_000, 100_000_000_000, "/repo")],
    };

    public static DoctorFacts Good { get; } = new()
    {
        Machine = Machine,
        Servers = Answer.Of<ImmutableArray<NomadServer>>([new NomadServer("s1.global", "global", Alive: true, new Version(1, 8, 3))]),
        Nodes = Answer.Of<ImmutableArray<NomadNode>>([Node]),
        Cluster = Answer.Of(Given.Running),
        Host = Says(GoodHost),
        AskedAt = Given.Noon,
        AnsweredAt = Given.Noon.AddSeconds(2),
    };

    /// <summary>The node answers, with this of its host, and whatever else is changed of it.</summary>
    public static Answer<ClusterFacts> Says(HostFacts? host, Func<NodeFacts, NodeFacts>? change = null)
    {
        var node = (change ?? (n => n))(Given.Node with { Host = host });
        return Answer.Of(Given.Running with { Node = node, Allocations = node.Recovering is null ? [] : Given.Running.Allocations });
    }

    public static DoctorLook Look(DoctorFacts facts, Func<ClusterSettings, ClusterSettings>? change = null) => new((change ?? (s => s))(Given.Settings), facts);

    /// <summary>What a rule says that is not as it should be.</summary>
    public static IReadOnlyList<Diagnosis> Wrong(DoctorLook look) => [.. DoctorCheck.Of(look).Where(d => d.State != DoctorState.Ok)];
}

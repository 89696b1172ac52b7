using Runbook.Cluster;
using Shouldly;
using Xunit;

namespace Tests.Cluster;

public class ClusterStateTests
{
    private static readonly ClusterFacts Dead = Given.With(n => n with { Recovering = null });

    public static TheoryData<string, ClusterState> States => new()
    {
        { "absent", ClusterState.Absent }, { "only operations", ClusterState.Absent }, { "running", ClusterState.Running },
        { "in crash recovery", ClusterState.Running }, { "stopped", ClusterState.Stopped }, { "purged, data there", ClusterState.Stopped },
        { "does not answer", ClusterState.Failed }, { "task is gone", ClusterState.Failed },
        { "archiving", ClusterState.Restoring }, { "copying", ClusterState.Restoring }, { "swapping", ClusterState.Restoring },
        { "recovering", ClusterState.Restoring }, { "ready", ClusterState.Restoring }, { "paused", ClusterState.Paused },
        { "online, copying", ClusterState.Running }, { "online, paused", ClusterState.Running }, { "online, server down", ClusterState.Restoring },
        { "online, switching, in recovery", ClusterState.Restoring },
        { "restored", ClusterState.Restored }, { "started, in recovery", ClusterState.Restored }, { "started, takes writes", ClusterState.Running },
        { "started, does not answer", ClusterState.Failed },
    };

    [Theory, MemberData(nameof(States))]
    public void One_word_says_it(string what, ClusterState state) => (what switch
    {
        "absent" => Given.Absent,
        "only operations" => Given.Absent with { Jobs = Given.Jobs("pgbackrest"), Node = Given.Node with { DataPresent = false, Recovering = null } },
        "running" => Given.Running,
        "in crash recovery" => Given.With(n => n with { Recovering = true }),
        "stopped" => Given.Stopped,
        "purged, data there" => Given.Stopped with { Jobs = Given.Jobs("pgbackrest") },
        "does not answer" => Dead,
        "task is gone" => Dead with { Allocations = [Given.Allocation("postgres", "failed")] },
        "started, in recovery" => Given.With(n => n with { Restore = Given.Restore("started"), Recovering = true }),
        "started, takes writes" => Given.With(n => n with { Restore = Given.Restore("started") }),
        "started, does not answer" => Dead with { Node = Dead.Node! with { Restore = Given.Restore("started") } },
        "online, copying" => Online("copying", recovering: false),
        "online, paused" => Online("paused", recovering: false),
        "online, server down" => Online("ready", recovering: null),
        "online, switching, in recovery" => Online("switching", recovering: true),
        _ => Given.Restoring(what),
    }).State.ShouldBe(state);

    [Fact]
    public void Children_count_as_active_and_namesakes_do_not()
    {
        var facts = Given.Running with
        {
            Allocations =
            [
                Given.Allocation("pgbackrest-full/periodic-1", "running"), Given.Allocation("pgbackrest-full/periodic-0", "complete"),
                Given.Allocation("pgbackrest-fuller", "running"),
            ],
        };
        facts.Active("pgbackrest-full").Select(a => a.JobId).ShouldBe(["pgbackrest-full/periodic-1"]);
    }

    private static ClusterFacts Online(string phase, bool? recovering) => Given.With(n => n with
    {
        Restore = Given.Restore(phase) with { Strategy = RestoreStrategy.Online }, Recovering = recovering,
    });
}

using Runbook.Nomad;
using Shouldly;
using Xunit;

namespace Tests.Nomad;

/// <summary>Shapes of Nomad 1.1.2, shortened.</summary>
public class NomadJsonTests
{
    private const string Job =
        """
        {"ID":"pgbackrest","Name":"pgbackrest","Type":"batch","Status":"running","Stop":false,"JobModifyIndex":18446744073709551615,
         "ModifyIndex":3,"Meta":{"cluster":"postgres"},"TaskGroups":null,"Periodic":null}
        """;

    [Fact]
    public void A_job_is_read_wrapped_or_bare()
    {
        foreach (var json in (string[])[Job, $$"""{"Job":{{Job}}}"""])
        {
            var job = NomadJson.Job(json);
            (job.Id, job.Type, job.Status, job.Stopped, job.ModifyIndex).ShouldBe(("pgbackrest", "batch", "running", false, ulong.MaxValue));
            job.Meta["cluster"].ShouldBe("postgres");
        }
    }

    [Fact]
    public void A_job_without_meta_has_none() => NomadJson.Job("""{"ID":"a","Meta":null,"Stop":true}""").ShouldSatisfyAllConditions(
        j => j.Meta.ShouldBeEmpty(), j => j.Stopped.ShouldBeTrue(), j => j.ModifyIndex.ShouldBe(0ul));

    [Fact]
    public void Allocations_come_oldest_first_with_their_events()
    {
        var allocations = NomadJson.Allocations(
            """
            [{"ID":"bbbbbbbb-1","JobID":"postgres","NodeName":"db-1","ClientStatus":"running","DesiredStatus":"run","CreateIndex":20,
              "TaskStates":{"postgres":{"State":"running","Failed":false,"Events":[
                {"Type":"Received","Time":1795363521315000000,"ExitCode":0,"Signal":0,"Details":{},"DisplayMessage":"Task received by client"},
                {"Type":"Terminated","Time":1795363522000000000,"ExitCode":137,"Signal":9,"Details":{"oom_killed":"true","exit_code":"137"},"DisplayMessage":"OOM Killed"}]}}},
             {"ID":"aaaaaaaa-1","JobID":"postgres","ClientStatus":"pending","DesiredStatus":"run","CreateIndex":10,"TaskStates":null}]
            """);
        allocations.Select(a => a.ShortId).ShouldBe(["aaaaaaaa", "bbbbbbbb"]);
        allocations[0].Tasks.ShouldBeEmpty();
        var end = allocations[1].Tasks.Single().LastExit!;
        (end.ExitCode, end.Signal, end.OutOfMemory, end.Message).ShouldBe((137, 9, true, "OOM Killed"));
        end.At.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1795363522));
    }

    [Theory]
    [InlineData("null"), InlineData("[]")]
    public void No_allocations_are_none(string json) => NomadJson.Allocations(json).ShouldBeEmpty();

    [Fact]
    public void A_node_has_healthy_drivers_and_volumes()
    {
        var node = NomadJson.Node(
            """
            {"ID":"n","Name":"db-1","Datacenter":"dc1","Status":"ready","SchedulingEligibility":"eligible","Attributes":{"nomad.version":"1.8.4+ent"},
             "Drivers":{"exec":{"Detected":true,"Healthy":true},"docker":{"Detected":false,"Healthy":false}},
             "HostVolumes":{"postgres-data":{"Name":"postgres-data","Path":"/srv/data","ReadOnly":false}}}
            """);
        (node.Name, node.Datacenter, node.Status, node.Eligible).ShouldBe(("db-1", "dc1", "ready", true));
        node.HealthyDrivers.ShouldBe(["exec"]);
        node.Version.ShouldBe(new Version(1, 8, 4));
        node.HostVolumes.ShouldBe(["postgres-data"]);
        NomadJson.Node("""{"ID":"n","SchedulingEligibility":"ineligible","HostVolumes":null}""").Eligible.ShouldBeFalse();
    }

    [Theory]
    [InlineData("complete", "run", 0, 0, true), InlineData("complete", "run", 1, 0, false), InlineData("complete", "run", 0, 9, false)]
    [InlineData("complete", "stop", 0, 0, false), InlineData("failed", "run", 1, 0, false), InlineData("running", "run", 0, 0, false)]
    public void Success_is_an_end_by_itself_with_0(string client, string desired, int code, int signal, bool succeeded)
    {
        var allocation = Cluster.Given.Allocation("j", client, Cluster.Given.Ended(code, signal)) with { DesiredStatus = desired };
        allocation.Succeeded.ShouldBe(succeeded);
        (allocation with { Tasks = [] }).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public void A_task_explains_why_it_does_not_run()
    {
        NomadTaskEvent Event(string type, string message) => new(type, default, 0, 0, false, message);
        NomadTask Task(params NomadTaskEvent[] events) => new("t", "dead", true, [.. events]);
        Task(Event("Received", "Task received"), Event("Driver Failure", "no such file"), Event("Not Restarting", "policy")).Explanation
            .ShouldBe("Driver Failure: no such file");
        Task().Explanation.ShouldBe("no event");
    }
}

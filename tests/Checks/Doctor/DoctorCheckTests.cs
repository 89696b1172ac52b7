using System.Collections.Immutable;
using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Settings;
using Shouldly;
using Tests.Cluster;
using Xunit;
using static Tests.Checks.GivenDoctor;

namespace Tests.Checks;

public class DoctorCheckTests
{
    [Fact]
    public void With_a_good_cluster_nothing_is_wrong_and_each_place_was_looked_at()
    {
        var all = DoctorCheck.Of(Look(Good));
        all.ShouldAllBe(d => d.State == DoctorState.Ok && d.Remedy.Length == 0 && d.Needed.Length == 0);
        all.Select(d => d.Place).Distinct().ShouldBe(["machine", "settings", "nomad", "node", "host"]);
        DoctorCheck.Worst(all).ShouldBe(DoctorState.Ok);
    }

    [Theory]
    [InlineData(TaskDriver.RawExec, "ann postgres", "ann can write to /srv/nomad/alloc/1/task"), InlineData(TaskDriver.RawExec, "postgres", "")]
    [InlineData(TaskDriver.Exec, "ann", "")]
    public void Task_folders_that_other_people_can_write_to_are_a_warning(TaskDriver driver, string logins, string warned)
    {
        var host = GoodHost with { OpenFolder = "/srv/nomad/alloc/1/task", Logins = [.. logins.Split(' ')] };
        var found = TaskFolderRule.Of(Look(Good with { Host = Says(host) }, s => s with { Nomad = s.Nomad with { Driver = driver } })).Where(d => d.State == DoctorState.Warn);
        string.Join(' ', found.Select(d => d.Found)).ShouldStartWith(warned);
    }

    public static TheoryData<string, DoctorState, string> Machines => new()
    {
        { "no nomad", DoctorState.Fail, "nomad cannot be started" },
        { "nomad 3", DoctorState.Warn, "3.0.0, which is newer than what was tried" },
        { "old terraform", DoctorState.Warn, "1.4.9" },
        { "no git", DoctorState.Warn, "is not installed" },
        { "little room", DoctorState.Warn, "500 MB free" },
        { "no room", DoctorState.Fail, "50.0 MB free" },
    };

    [Theory, MemberData(nameof(Machines))]
    public void What_this_machine_lacks_is_told_with_its_remedy(string what, DoctorState state, string found)
    {
        var machine = what switch
        {
            "no nomad" => Machine with { Nomad = new(null, "nomad cannot be started: No such file", "install Nomad, or name its executable: --nomad /path/to/nomad") },
            "nomad 3" => Machine with { Nomad = Answer.Of(new Version(3, 0, 0)) },
            "old terraform" => Machine with { Engines = [("terraform", new Version(1, 4, 9))] },
            "no git" => Machine with { HasGit = false },
            "little room" => Machine with { Free = 500_000_000 },
            _ => Machine with { Free = 50_000_000 },
        };
        ShouldSay(MachineRule.Of(Look(Good with { Machine = machine })), state, found);
    }

    [Fact]
    public void A_machine_without_terraform_is_fine() =>
        MachineRule.Of(Look(Good with { Machine = Machine with { Engines = [] } })).ShouldAllBe(d => d.State == DoctorState.Ok);

    public static TheoryData<string, DoctorState, string> Nomads => new()
    {
        { "silent", DoctorState.Fail, "Nomad does not answer: connection refused" },
        { "no servers", DoctorState.Unknown, "403" },
        { "other region", DoctorState.Fail, "no server is of region eu; regions: global" },
        { "dead server", DoctorState.Warn, "s2.global is not alive" },
        { "old server", DoctorState.Fail, "s2.global runs 1.0.4" },
        { "no namespace", DoctorState.Fail, "apps cannot be used: Namespace not found" },
        { "no jobs", DoctorState.Fail, "permission denied" },
        { "newer command", DoctorState.Warn, "the nomad command is 2.0.1, the oldest server 1.8.3" },
    };

    [Theory, MemberData(nameof(Nomads))]
    public void What_Nomad_lacks_is_told_with_its_remedy(string what, DoctorState state, string found)
    {
        NomadServer server = Good.Servers.Value[0], second = server with { Name = "s2.global" };
        var facts = what switch
        {
            "silent" => Good with { Nodes = new(default, "Nomad does not answer: connection refused", "check NOMAD_ADDR") },
            "no servers" => Good with { Servers = new(default, "Nomad answers 403", "") },
            "dead server" => Good with { Servers = Answer.Of<ImmutableArray<NomadServer>>([server, second with { Alive = false }]) },
            "old server" => Good with { Servers = Answer.Of<ImmutableArray<NomadServer>>([server, second with { Version = new Version(1, 0, 4) }]) },
            "no namespace" => Good with { Namespace = "apps", NamespaceTrouble = "Namespace not found" },
            "no jobs" => Good with { Cluster = new(null, "permission denied", "set NOMAD_TOKEN") },
            "newer command" => Good with { Machine = Machine with { Nomad = Answer.Of(new Version(2, 0, 1)) } },
            _ => Good,
        };
        ShouldSay(NomadRule.Of(Look(facts, s => what == "other region" ? s with { Nomad = s.Nomad with { Region = "eu" } } : s)), state, found, remedy: what is not "newer command");
    }

    public static TheoryData<string, DoctorState, string> Nodes => new()
    {
        { "other datacenter", DoctorState.Fail, "datacenter dc1 has no node; nodes: db-1" },
        { "other node", DoctorState.Fail, "node db-9 is not in datacenter dc1; nodes: db-1" },
        { "down", DoctorState.Fail, "db-1 is down" },
        { "drained", DoctorState.Fail, "db-1 is not eligible" },
        { "no driver", DoctorState.Fail, "exec is not healthy on db-1" },
        { "no volumes", DoctorState.Fail, "postgres-socket, postgres-log are not configured on db-1, which has postgres-data" },
        { "two", DoctorState.Fail, "2 nodes could hold the data: db-1, db-2; the server ran on db-1" },
        { "gone", DoctorState.Fail, "the server ran last on db-1, where the jobs may not run any more" },
    };

    [Theory, MemberData(nameof(Nodes))]
    public void What_the_nodes_lack_is_told_with_its_remedy(string what, DoctorState state, string found)
    {
        NomadNode[] nodes = what switch
        {
            "other datacenter" => [Node with { Datacenter = "dc2" }],
            "down" => [Node with { Status = "down" }],
            "drained" => [Node with { Eligible = false }],
            "no driver" => [Node with { HealthyDrivers = ["raw_exec"] }],
            "no volumes" => [Node with { HostVolumes = ["postgres-data"] }],
            "two" => [Node, Node with { Name = "db-2" }],
            "gone" => [Node with { Name = "db-2" }],
            _ => [Node],
        };
        var facts = Good with { Nodes = Answer.Of<ImmutableArray<NomadNode>>([.. nodes]) };
        ShouldSay(NodesRule.Of(Look(facts, s => what == "other node" ? s with { Nomad = s.Nomad with { Node = "db-9" } } : s)), state, found);
    }

    [Fact]
    public void Of_two_nodes_the_one_that_is_named_will_do()
    {
        var facts = Good with { Nodes = Answer.Of<ImmutableArray<NomadNode>>([Node, Node with { Name = "db-2" }]) };
        NodesRule.Of(Look(facts, s => s with { Nomad = s.Nomad with { Node = "db-1" } })).ShouldAllBe(d => d.State == DoctorState.Ok);
    }

    public static TheoryData<string, DoctorState, string> Hosts => new()
    {
        { "nothing deployed", DoctorState.Unknown, "not checked: the cluster is not deployed" },
        { "no answer", DoctorState.Fail, "the node could not answer (doctor): Driver Failure: no such file /usr/bin/tini" },
        { "old scripts", DoctorState.Unknown, "db-1 was deployed by a version of this repository that cannot tell" },
        { "no postgresql", DoctorState.Fail, "PostgreSQL 15 is not installed on db-1" },
        { "other postgresql", DoctorState.Fail, "14.11 in /usr/lib/postgresql/15/bin" },
        { "no pgbackrest", DoctorState.Fail, "is not installed on db-1" },
        { "old pgbackrest", DoctorState.Warn, "2.39" },
        { "port taken", DoctorState.Fail, "another program listens on 5432" },
        { "clock behind", DoctorState.Warn, "is 20 s behind this machine's" },
        { "clock ahead", DoctorState.Fail, "is 58 min 20 s ahead of this machine's" },
        { "clock within the answer", DoctorState.Ok, "" },
        { "little room", DoctorState.Warn, "data and spool: 10.0 GB free of 100 GB (10 %, /var/lib/postgresql)" },
        { "no room", DoctorState.Fail, "repository 1: 1.00 GB free of 100 GB (1 %, /repo)" },
        { "no room for a copy", DoctorState.Warn, "less than the 70.0 GB of the cluster: there is no space for a copy" },
    };

    [Theory, MemberData(nameof(Hosts))]
    public void What_the_host_lacks_is_told_with_its_remedy(string what, DoctorState state, string found)
    {
        var host = what switch
        {
            "nothing deployed" => Answer.Of(Given.Absent),
            "no answer" => new(null, "the node could not answer (doctor): Driver Failure: no such file /usr/bin/tini", "./build.sh Logs --job pgbackrest"),
            "old scripts" => Says(null),
            "no postgresql" => Says(GoodHost, n => n with { PostgresVersion = "" }),
            "other postgresql" => Says(GoodHost, n => n with { PostgresVersion = "14.11" }),
            "no pgbackrest" => Says(GoodHost, n => n with { PgbackrestVersion = "" }),
            "old pgbackrest" => Says(GoodHost, n => n with { PgbackrestVersion = "2.39" }),
            "port taken" => Says(GoodHost, n => n with { Recovering = null, PortBusy = true }),
            "clock behind" => Says(GoodHost with { Clock = Given.Noon.AddSeconds(-20) }),
            "clock ahead" => Says(GoodHost with { Clock = Given.Noon.AddSeconds(3502) }),
            "clock within the answer" => Says(GoodHost with { Clock = Given.Noon.AddSeconds(1) }),
            "little room" => Says(GoodHost with { Rooms = [GoodHost.Rooms[0] with { Free = 10_000_000_000 }] }),
            "no room" => Says(GoodHost with { Rooms = [GoodHost.Rooms[1] with { Free = 1_000_000_000 }] }),
            _ => Says(GoodHost, n => n with { DataBytes = 70_000_000_000 }),
        };
        var wrong = Wrong(Look(Good with { Host = host }));
        if (state == DoctorState.Ok)
            wrong.ShouldBeEmpty();
        else
            ShouldSay(wrong, state, found);
    }

    // Nomad 1.1, driver exec: its executor gives a task a PID namespace of its own.
    [Theory]
    [InlineData(TaskDriver.Exec, DoctorState.Ok, "5432 is this cluster's")]
    [InlineData(TaskDriver.RawExec, DoctorState.Fail, "another program listens on 5432")]
    public void A_task_that_cannot_see_the_servers_process_knows_it_by_its_allocation(TaskDriver driver, DoctorState state, string found)
    {
        var host = Answer.Of(Given.Running with { Node = Given.Node with { Host = GoodHost, Recovering = null, PortBusy = true } });
        var said = PortRule.Of(Look(Good with { Host = host }, s => s with { Nomad = s.Nomad with { Driver = driver } })).ShouldHaveSingleItem();
        said.State.ShouldBe(state);
        said.Found.ShouldBe(found);
    }

    // unit, port, start, listens, directory, whether our server serves
    [Theory]
    [InlineData("masked", 5433, "auto", false, "/d", true, DoctorState.Ok, "not in the way")]
    [InlineData("enabled", 5433, "auto", true, "/d", true, DoctorState.Ok, "on port 5433, which listens: not in the way")]
    [InlineData("enabled", 5432, "auto", false, "/d", true, DoctorState.Warn, "configured for port 5432, as this cluster is, and starts with the host")]
    [InlineData("enabled", 5432, "disabled", false, "/d", true, DoctorState.Ok, "does not start by itself")]
    [InlineData("masked", 5432, "auto", true, "/d", false, DoctorState.Fail, "as this cluster is, and listens")]
    [InlineData("masked", 5432, "auto", true, "/d", true, DoctorState.Ok, "does not start by itself")]
    [InlineData("enabled", 5432, "auto", false, "/var/lib/postgresql/15/main", true, DoctorState.Fail, "both systemd and Nomad start a server on it")]
    [InlineData("masked", 5432, "auto", true, "/var/lib/postgresql/15/main", true, DoctorState.Ok, "systemd does not start it")]
    [InlineData("enabled", 5432, "manual", true, "/var/lib/postgresql/15/main", true, DoctorState.Ok, "systemd does not start it")]
    public void A_cluster_of_Debians_is_weighed_by_what_it_would_do(string unit, int port, string start, bool listens, string directory, bool serves, DoctorState state, string found)
    {
        var host = GoodHost with { Unit = unit, Clusters = [new DebianCluster("15/main", port, start, listens, directory)] };
        var said = DebianRule.Of(Look(Good with { Host = Says(host, n => n with { Recovering = serves ? false : null }) })).ToList();
        said[0].State.ShouldBe(state);
        said[0].Found.ShouldContain(found);
        (said[0].Remedy.Length > 0).ShouldBe(state != DoctorState.Ok);
        said[1].State.ShouldBe(state != DoctorState.Ok && unit != "masked" ? DoctorState.Warn : DoctorState.Ok);
    }

    [Fact]
    public void A_sandbox_that_was_never_made_is_not_asked_about()
    {
        var facts = new DoctorFacts { Machine = Machine };
        DoctorCheck.Of(Look(facts)).Where(d => d.State == DoctorState.Unknown).Select(d => d.Place).ShouldBe(["nomad", "host"]);
    }

    private static void ShouldSay(IEnumerable<Diagnosis> said, DoctorState state, string found, bool remedy = true)
    {
        var wrong = said.Where(d => d.State != DoctorState.Ok).ShouldHaveSingleItem();
        wrong.State.ShouldBe(state);
        wrong.Found.ShouldContain(found);
        (wrong.Remedy.Length > 0).ShouldBe(remedy, wrong.ToString());
    }
}

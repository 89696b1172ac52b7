using Runbook;
using Runbook.Deploy;
using Runbook.Nomad;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Deploy;

public class ImportPlannerTests
{
    private static readonly DeployedJob Server = new("postgres", "service", Stopped: false, IsOurs: false, ["dc1"], ["postgres-data", "postgres-socket"], [5432]);
    private static readonly DeployedJob Full = new("pgbackrest-full", "batch", Stopped: false, IsOurs: false, ["dc1"], [], []);
    private static readonly DeployedJob Init = new("postgres-init", "batch", Stopped: false, IsOurs: false, ["dc1"], [], []);

    [Fact]
    public void What_fits_is_stopped_in_order_and_nothing_of_it_is_lost()
    {
        ImportPlanner.GuardJobs(Given.Settings, [Server, Full, Init]);
        var plan = ImportPlanner.Make(Given.Settings, [Server, Full, Init], Given.Running);
        plan.Steps.Select(s => s.Title).ShouldBe(
        [
            "stop and remove the one-off jobs (postgres-init)", "stop the schedules (pgbackrest-full)",
            "stop the server (job postgres); Deploy starts it on the same directory",
            "record on the data volume that the runbook owns the cluster",
        ]);
        plan.Steps.OfType<StopJobs>().Select(s => s.Purge).ShouldBe([true, false, false]);
        plan.Notes[0].ShouldBe($"the data stays where it is: {Given.Settings.DataDirectory} on db-1, 900 MB, system identifier {Given.System}");
        plan.Notes[1].ShouldBe("the backups stay: stanza db, 1 sets of this cluster");
        plan.Notes.ShouldContain(n => n.Contains("superuser's password is generated again"));
    }

    [Fact]
    public void One_that_was_interrupted_goes_on_and_one_that_is_done_does_nothing()
    {
        var ours = Server with { IsOurs = true };
        ImportPlanner.Make(Given.Settings, [ours, Full with { Stopped = true }], Given.Running).Steps.ShouldBeEmpty("Deploy does the rest");
        ImportPlanner.Make(Given.Settings, [Server with { Stopped = true }], Given.Stopped).Steps.OfType<StopJobs>().ShouldHaveSingleItem();
        ImportPlanner.Make(Given.Settings, [ours], facts: null).Notes.ShouldHaveSingleItem().ShouldContain("are the runbook's already");
    }

    public static TheoryData<string, string> Misfits => new()
    {
        { "name", "job postgres is not in Nomad" },
        { "type", "is a batch job and no server" },
        { "datacenter", "runs in datacenter dc9" },
        { "volume", "has host volumes elsewhere" },
        { "port", "listens on port 5433" },
        { "operations", "job pgbackrest is not the runbook's" },
        { "backups", "takes backups, and no repository is configured" },
        { "password", "user shop of database shop would get a new password" },
    };

    [Theory, MemberData(nameof(Misfits))]
    public void Settings_that_do_not_fit_the_jobs_are_refused(string what, string said)
    {
        var settings = what switch
        {
            "backups" => Given.WithoutBackups,
            "password" => Given.Settings with { Postgres = Given.Settings.Postgres with { Databases = [new() { Name = "shop" }] } },
            _ => Given.Settings,
        };
        var server = what switch
        {
            "name" => Server with { Id = "db" },
            "type" => Server with { Type = "batch" },
            "datacenter" => Server with { Datacenters = ["dc9"] },
            "volume" => Server with { HostVolumes = ["elsewhere"] },
            "port" => Server with { Ports = [5433] },
            _ => Server,
        };
        var other = Init with { Id = what == "operations" ? "pgbackrest" : "pgbackrest-incr" };
        var error = Should.Throw<RunbookException>(() => ImportPlanner.GuardJobs(settings, [server, other]));
        (error.Code, error.State).ShouldBe((ExitCode.Refused, "nothing was changed"));
        error.Message.ShouldContain(said);
        error.Next.ShouldNotBeEmpty();
    }

    public static TheoryData<string, string> Losses => new()
    {
        { "empty", "there is no cluster in /var/lib/postgresql/15/main on db-1" },
        { "elsewhere", "does not run on /var/lib/postgresql/15/main, or not at /var/run/postgresql port 5432" },
        { "standby", "is in recovery" },
        { "stanza", "stanza db is not in the repository: it would be created" },
        { "backup", "a backup is running" },
        { "other", "another cluster's" },
        { "version", "holds a cluster of PostgreSQL 14" },
    };

    [Theory, MemberData(nameof(Losses))]
    public void What_would_lose_something_is_refused_before_anything_is_stopped(string what, string said)
    {
        var node = what switch
        {
            "empty" => Given.Node with { DataPresent = false },
            "elsewhere" => Given.Node with { Recovering = null },
            "standby" => Given.Node with { Recovering = true },
            "stanza" => Given.Node with { Repository = Given.Repository with { Repositories = Given.Status(1), Sets = [] } },
            "backup" => Given.Node with { Repository = Given.Repository with { BackupRunning = true } },
            "other" => Given.Node with { SystemIdentifier = "1" },
            _ => Given.Node with { DataVersion = "14" },
        };
        var error = Should.Throw<RunbookException>(() => ImportPlanner.Make(Given.Settings, [Server], Given.Running with { Node = node }));
        error.Code.ShouldBe(ExitCode.Refused);
        error.Message.ShouldContain(said);
    }

    [Fact]
    public void A_job_is_read_with_what_tells_whether_it_fits()
    {
        var job = DeployedJob.Parse(
            """
            {"Job":{"ID":"postgres","Type":"service","Stop":false,"Datacenters":["dc1"],"Meta":null,"TaskGroups":[{"Name":"pg",
              "Networks":[{"Mode":"bridge","ReservedPorts":[{"Label":"db","Value":5432,"To":5432}],"DynamicPorts":null}],
              "Volumes":{"data":{"Name":"data","Type":"host","Source":"postgres-data"},"scratch":{"Name":"scratch","Type":"csi","Source":"x"}},
              "Tasks":[{"Name":"pg","Resources":{"CPU":100,"Networks":[{"ReservedPorts":[{"Label":"x","Value":9187}]}]}}]}]}}
            """);
        (job.Id, job.Type, job.Stopped, job.IsOurs).ShouldBe(("postgres", "service", false, false));
        (job.Datacenters[0], job.HostVolumes.ShouldHaveSingleItem()).ShouldBe(("dc1", "postgres-data"));
        job.Ports.ShouldBe([5432, 9187]);
        DeployedJob.Parse("""{"ID":"postgres","Type":"service","Meta":{"runbook":"postgresql-on-nomad"}}""").IsOurs.ShouldBeTrue();
    }
}

using Runbook.Cluster;
using Runbook.Deploy;
using Runbook.Settings;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Tests.Restore;
using Xunit;

namespace Tests.Deploy;

public class DeployPlannerTests
{
    private static readonly (JobRole Role, string Id)[] Jobs =
    [
        (JobRole.Postgres, "postgres"), (JobRole.PostgresInit, "postgres-init"), (JobRole.PgbackrestInit, "pgbackrest-init"),
        (JobRole.Full, "pgbackrest-full"), (JobRole.Incr, "pgbackrest-incr"), (JobRole.Operations, "pgbackrest"), (JobRole.Restore, "pgbackrest-restore"),
    ];

    [Fact]
    public void A_new_cluster_gets_everything_in_the_order_of_work()
    {
        var node = Given.Node with
        {
            DataPresent = false, DataVersion = "", SystemIdentifier = "", Recovering = null, InitFingerprint = "",
            Repository = Given.Repository with { Repositories = Given.Status(1), Sets = [] },
        };
        Titles(Make(Given.Absent with { Node = node }, Changes(changed: true, index: 0))).ShouldBe(
        [
            "submit job postgres-init (new)", "submit job pgbackrest-init (new)", "submit job pgbackrest (new)", "submit job pgbackrest-restore (new)",
            "submit job postgres (new)", "wait until the server takes writes", "set up databases and users",
            "create the stanza and check that WAL is archived", "take a full backup",
            "submit job pgbackrest-full (new)", "submit job pgbackrest-incr (new)",
        ]);
    }

    [Fact]
    public void Another_node_gets_no_empty_cluster_in_the_place_of_the_one_that_ran() => Guards.ShouldRefuse(
        () => Make(Given.Running with { Node = Given.Node with { Node = "db-2", DataPresent = false, Repository = null } }, Changes(changed: true), Given.WithoutBackups),
        "the server ran last on db-1, where its data is; node db-2 has none", "set nomad.node to db-1");

    [Fact]
    public void A_repository_that_the_passphrase_does_not_fit_is_refused() => Guards.ShouldRefuse(
        () => Make(Given.With(n => n with { Repositories = [new(1, 99, StorageTrouble.Explain("[CryptoError] unable to flush"), "aes-256-cbc", "", "")] }), Changes(changed: false)),
        "repository 1 (/repo) is encrypted with another passphrase, or not encrypted: a passphrase cannot be set, changed or taken away in place", "with another path");

    [Fact]
    public void Run_again_it_does_nothing() => Make(Given.Running, Changes(changed: false)).Steps.ShouldBeEmpty();

    [Fact]
    public void A_changed_server_is_waited_for_and_the_restart_is_said()
    {
        var plan = Make(Given.Running, [Given.Change(JobRole.Postgres, "postgres"), .. Changes(changed: false).Skip(1)]);
        Titles(plan).ShouldBe(["submit job postgres", "wait until the server takes writes"]);
        plan.Steps[0].ShouldBeOfType<SubmitJob>().CheckIndex.ShouldBe(7ul);
        plan.Notes.ShouldBe(["the server is restarted: its job has changed"]);
    }

    [Fact]
    public void A_server_that_does_not_answer_is_waited_for() =>
        Titles(Make(Given.With(n => n with { Recovering = null }), Changes(changed: false))).ShouldBe(["wait until the server takes writes"]);

    [Theory]
    [InlineData(true, false, "stop the server's job, which does not come up|deliver settings and pg_hba.conf for the server's next start|submit job postgres|wait until the server takes writes")]
    [InlineData(true, true, "deliver settings and pg_hba.conf for the server's next start|wait until the server takes writes")]
    public void A_server_that_does_not_run_gets_the_settings_before_it_is_started(bool differs, bool held, string steps)
    {
        var changes = Changes(changed: false).Select(c => c.Job.Role == JobRole.PostgresInit ? c with { Job = c.Job with { Delivers = "new" } } : c).ToList();
        Titles(Make(Given.With(n => n with { Recovering = null, ConfSum = differs ? "old" : "new", DataHeld = held }), changes)).ShouldBe(steps.Split('|'));
        Titles(Make(Given.With(n => n with { Recovering = null, ConfSum = "new", DataHeld = held }), changes)).ShouldBe(["wait until the server takes writes"]);
        Make(Given.With(n => n with { ConfSum = "old" }), changes).Steps.ShouldBeEmpty();
    }

    [Fact]
    public void Changed_databases_are_set_up_again() =>
        Titles(Make(Given.With(n => n with { InitFingerprint = "old" }), Changes(changed: false))).ShouldBe(["set up databases and users"]);

    [Fact]
    public void A_repository_without_a_full_set_gets_one() =>
        Titles(Make(Given.With(n => n with { Repository = Given.Repository with { Repositories = Given.Status(2), Sets = [] } }), Changes(changed: false)))
            .ShouldBe(["take a full backup"]);

    [Fact]
    public void A_job_that_is_no_longer_configured_is_removed() =>
        Titles(Make(Given.Running with { Jobs = Given.Running.Jobs.AddRange(Given.Jobs("pgbackrest-diff")) }, Changes(changed: false)))
            .ShouldBe(["remove job pgbackrest-diff, which the configuration no longer has"]);

    [Fact]
    public void Without_a_repository_there_are_no_backups_and_that_is_said()
    {
        var plan = Make(Given.With(n => n with { Repository = null, PgbackrestVersion = "" }), Changes(changed: false), Given.WithoutBackups);
        plan.Steps.ShouldBeEmpty();
        plan.Notes.ShouldHaveSingleItem().ShouldContain("nothing can be restored");
    }

    [Fact]
    public void Before_the_node_is_asked_only_the_operations_job_and_the_secrets_are_due()
    {
        Titles(DeployPlanner.Prepare(Changes(changed: true), secretsAreDue: true)).ShouldBe(["submit job pgbackrest", "deliver the secrets to the node"]);
        DeployPlanner.Prepare(Changes(changed: false), secretsAreDue: false).ShouldBeEmpty();
    }

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "unfinished", "restore 20261122-150000 is unfinished (phase copying)", $"./build.sh Restore --backup-set {Given.Label} --recovery-target latest" },
        { "restored", $"restored set {Given.Label} waits to be started", "./build.sh Revert" },
        { "started", "restore 20261122-150000 of set 20261122-140000F has been started and is not finished", "./build.sh Revert" },
        { "undone", "restored kept directory r0 waits to be started", "./build.sh Undo" },
        { "paused", "restore 20261122-150000 is paused at its target (immediate)", "./build.sh Accept" },
        { "online", "a deployment must not restart the server under it", $"./build.sh Restore --backup-set {Given.Label} --online" },
        { "no postgres", "PostgreSQL 15 is not installed on node db-1 (/usr/lib/postgresql/15/bin)", "apt-get install --no-install-recommends postgresql-15" },
        { "no pgbackrest", "pgBackRest is not installed on node db-1", "apt-get install --no-install-recommends pgbackrest" },
        { "other version", "holds a cluster of PostgreSQL 14, postgres.version says 15", "set postgres.version back" },
        { "old pgbackrest", "pgBackRest 2.45 on the node is too old: pgbackrest.repositories[0].block needs 2.46", "install a newer pgbackrest" },
        { "dead repository", "the repository does not answer: timeout", "correct pgbackrest.repositories" },
        { "lost data", "the data directory is empty but the repository holds 1 backup sets of stanza db", "./build.sh Restore Revert --backup-set latest" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public void A_guard_says_no(string what, string reason, string next)
    {
        var node = what switch
        {
            "unfinished" => Given.Node with { Restore = Given.Restore("copying", target: "latest") },
            "restored" => Given.Node with { Restore = Given.Restore("restored") },
            "started" => Given.Node with { Restore = Given.Restore("started") },
            "undone" => Given.Node with { Restore = Given.Restore("restored") with { Source = "r0" } },
            "paused" => Given.Node with { Restore = Given.Restore("paused") },
            "online" => Given.Node with { Restore = Given.Restore("copying") with { Strategy = RestoreStrategy.Online } },
            "no postgres" => Given.Node with { PostgresVersion = "" },
            "no pgbackrest" => Given.Node with { PgbackrestVersion = "" },
            "other version" => Given.Node with { DataVersion = "14" },
            "dead repository" => Given.Node with { Repository = null, RepositoryError = "timeout" },
            _ => Given.Node with { DataPresent = false },
        };
        var settings = what == "old pgbackrest"
            ? Given.Settings with { Pgbackrest = Given.Settings.Pgbackrest with { Repositories = [Given.Settings.Pgbackrest.Repositories[0] with { Block = true }] } }
            : Given.Settings;
        Guards.ShouldRefuse(() => Make(Given.Running with { Node = node }, Changes(changed: true), settings), reason, next);
    }

    [Theory]
    [InlineData(1, "create the stanza and check that WAL is archived", "take a full backup in repository 2"), InlineData(99)]
    public void A_repository_that_was_added_begins_with_a_full_backup_of_its_own_once_it_answers(int code, params string[] steps)
    {
        var settings = Given.Settings with
        {
            Pgbackrest = Given.Settings.Pgbackrest with { Repositories = [Given.Settings.Pgbackrest.Repositories[0], new() { Type = RepositoryType.Posix, Path = "/second" }] },
        };
        var two = Given.Repository with { Repositories = [.. Given.Repository.Repositories, new RepositoryStatus(2, code, "as it is", "none", "", "")] };
        var plan = Make(Given.With(n => n with { Repository = two }), Changes(changed: false), settings);
        Titles(plan).ShouldBe(steps);
        plan.Notes.Contains("repository 2 does not answer: as it is").ShouldBe(code == 99);
    }

    private static JobChange[] Changes(bool changed, ulong index = 7) => [.. Jobs.Select(j => Given.Change(j.Role, j.Id, changed, index))];

    private static ProcedurePlan Make(ClusterFacts facts, IReadOnlyList<JobChange> changes, ClusterSettings? settings = null) =>
        DeployPlanner.Make(settings ?? Given.Settings, facts, changes, "init");

    private static IEnumerable<string> Titles(ProcedurePlan plan) => Titles(plan.Steps);

    private static IEnumerable<string> Titles(IEnumerable<Step> steps) => steps.Select(s => s.Title);
}

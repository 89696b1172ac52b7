using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Steps;
using Runbook.Wal;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Xunit;

namespace Tests.Steps;

public class StepTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeNomad _nomad = new();
    private readonly RecordingListener _listener = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stopping_a_schedule_stops_its_children_and_waits()
    {
        const string child = "pgbackrest-full/periodic-1";
        foreach (var id in (string[])["pgbackrest-full", child, "pgbackrest-fuller"])
            _nomad.Has(id, new Dictionary<string, string>());
        _nomad.Set(Given.Allocation(child, "running"));
        _nomad.Set(Given.Allocation("pgbackrest-fuller", "running"));

        await RunAsync(new StopJobs(["pgbackrest-full"], Purge: false, "the schedules"));

        (_nomad.Jobs["pgbackrest-full"].Stopped, _nomad.Jobs[child].Stopped, _nomad.Jobs["pgbackrest-fuller"].Stopped).ShouldBe((true, true, false));
    }

    [Fact]
    public async Task A_pause_stops_the_schedules_and_not_what_is_at_work()
    {
        const string child = "pgbackrest-full/periodic-1";
        foreach (var id in (string[])["pgbackrest-full", child])
            _nomad.Has(id, new Dictionary<string, string>());
        _nomad.Set(Given.Allocation(child, "running"));

        await RunAsync(new HoldSchedules(["pgbackrest-full", "pgbackrest-incr"]));

        (_nomad.Jobs["pgbackrest-full"].Stopped, _nomad.Jobs[child].Stopped).ShouldBe((true, false));
    }

    [Fact]
    public async Task A_pause_is_told_to_the_node_in_the_words_that_it_takes_apart()
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        var told = "";
        _nomad.OnExec = script =>
        {
            told = script;
            return (0, "fact paused.since 2026-11-22T12:00:00Z\n", "");
        };
        await RunAsync(new RecordPause(new(Given.Noon, "ann b@desk", "it's time")));
        told.ShouldEndWith("\noperate \"$@\"\n\n# pause|2026-11-22T12:00:00Z ann_b@desk it's time");

        _nomad.OnExec = _ => (0, "", "");
        (await Should.ThrowAsync<RunbookException>(RunAsync(new RecordPause(new(Given.Noon, "ann@desk", "why"))))).State.ShouldBe("the schedules continue");
    }

    [Fact]
    public async Task What_does_not_stop_is_said()
    {
        _nomad.Has("postgres", new Dictionary<string, string>());
        _nomad.OnPoll = _ => _nomad.Set(Given.Allocation("postgres", "running") with { DesiredStatus = "stop" });
        var error = await Should.ThrowAsync<RunbookException>(RunAsync(new StopJobs(["postgres"], Purge: false, "the server")));
        error.Message.ShouldBe("the server did not end within 5 min 30 s");
        error.Next.ShouldStartWith("./build.sh Status");
    }

    [Fact]
    public async Task What_ran_on_a_node_that_is_gone_is_not_waited_for()
    {
        _nomad.Has("postgres", new Dictionary<string, string>());
        _nomad.OnPoll = _ => _nomad.Set(Given.Allocation("postgres", "unknown") with { DesiredStatus = "stop" });
        await RunAsync(new StopJobs(["postgres"], Purge: false, "the server"));
        _listener.Said.ShouldHaveSingleItem().ShouldBe("warn the agent of node db-1 is away: what runs there (postgres) is stopped when the node is back, and may serve until then");
        (Given.Stopped with { Allocations = [Given.Allocation("postgres", "unknown") with { DesiredStatus = "stop" }] }).Active("postgres").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_purged_is_seen_to_have_ended_before()
    {
        _nomad.Has("postgres", new Dictionary<string, string>());
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.OnPoll = poll =>
        {
            if (_nomad.Jobs.ContainsKey("postgres"))
                _nomad.Set(Given.Allocation("postgres", poll < 3 ? "running" : "complete") with { DesiredStatus = "stop" });
        };
        await RunAsync(new StopJobs(["postgres"], Purge: true, "the server"));
        _nomad.Jobs.ShouldBeEmpty();
        _nomad.Asked.FindIndex(a => a.Contains("-purge")).ShouldBeGreaterThan(_nomad.Asked.FindLastIndex(a => a.Contains("alloc status")));
        _nomad.Asked.Count(a => a.Contains("alloc status")).ShouldBe(3);
    }

    [Fact]
    public async Task WAL_is_switched_and_seen_to_be_archived()
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        var asked = new List<string>();
        _nomad.OnExec = script =>
        {
            asked.Add(script);
            return (0, script.Contains("pg_switch_wal") ? "000000010000000000000007" : asked.Count > 4 ? "0" : "1", "");
        };
        await RunAsync(new ArchiveWal());
        asked[0].ShouldContain("txid_current", customMessage: "a commit of now comes before the switch");
        asked[^1].ShouldContain("'000000010000000000000007.ready'");
        _listener.Said.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, "was not archived within 1 min 0 s"), InlineData(2, "the server could not close its WAL")]
    public async Task WAL_that_is_not_archived_is_said_and_left_to_the_restore(int code, string warning)
    {
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.OnExec = script => (code, script.Contains("pg_switch_wal") ? "000000010000000000000007" : "", "no");
        await RunAsync(new ArchiveWal());
        _listener.Said.ShouldHaveSingleItem().ShouldContain(warning);
    }

    private const string OneSet =
        """
        [{"archive":[{"database":{"id":1,"repo-key":2},"id":"15-1","max":"000000010000000000000004","min":"000000010000000000000001"}],"backup":[{"archive":{"start":"000000010000000000000002","stop":"000000010000000000000002"},"database":{"id":1,"repo-key":2},"error":false,"info":{"delta":22992540,"repository":{"delta":2810236,"size":2810236},"size":22992540},"label":"20261122-160521F","lsn":{"start":"0/2000028","stop":"0/2000100"},"prior":null,"reference":null,"timestamp":{"start":1795363521,"stop":1795363523},"type":"full"}],"cipher":"mixed","db":[{"id":1,"repo-key":1,"system-id":7711027602855647948,"version":"15"},{"id":1,"repo-key":2,"system-id":7711027602855647948,"version":"15"}],"name":"db","repo":[{"cipher":"none","key":1,"status":{"code":99,"message":"[HostConnectError] no"}},{"cipher":"aes-256-cbc","key":2,"status":{"code":0,"message":"ok"}}],"status":{"code":4,"lock":{"backup":{"held":false}},"message":"different across repos"}}]
        """;

    [Fact]
    public async Task A_backup_that_leaves_no_set_has_failed()
    {
        const string child = "pgbackrest/dispatch-1";
        _nomad.Has("pgbackrest", new Dictionary<string, string>());
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.Set(Given.Allocation(child, "complete", Given.Ended(0)));
        _nomad.OnExec = _ => (0, "fact node db-1\nfact info []\n", "");
        _nomad.Logs[false] = "P01 DETAIL: backup file /d/x (1MB, 50%) checksum a\nP00 INFO: quiet\nsaid by the script\n";

        var error = await Should.ThrowAsync<RunbookException>(RunAsync(new TakeBackup(BackupType.Full)));

        error.Message.ShouldBe("pgBackRest succeeded, but no new backup set is in the repository");
        _listener.Said.ShouldBe(["copied 50", "note said by the script"]);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task One_repository_of_two_is_enough_behind_a_restore_and_nowhere_else(bool enough)
    {
        _nomad.Has("pgbackrest", new Dictionary<string, string>());
        _nomad.Set(Given.Allocation("postgres", "running"));
        _nomad.Set(Given.Allocation("pgbackrest/dispatch-1", "failed", Given.Ended(55)));
        _nomad.OnExec = _ => (0, $"fact node db-1\nfact info {OneSet}\n", "");
        _nomad.Logs[false] = "P00 ERROR: [055]: unable to load info file\nrepository 1: pgbackrest backup ended with 55\nnew backup label = 20261122-160521F\n";

        var taking = RunAsync(new TakeBackup(BackupType.Full, OneIsEnough: enough));

        if (enough)
            await taking;
        else
            (await Should.ThrowAsync<RunbookException>(taking)).State.ShouldBe("the set is in repository 2; the cluster runs");
        _listener.Said.ShouldContain(said => said.Contains("backup set 20261122-160521F: full"));
        _listener.Said.Any(said => said.Contains("not every repository took the backup: P00 ERROR: [055]: unable to load info file (exit code 55)")).ShouldBe(enough);
    }

    [Fact]
    public async Task A_restore_that_is_not_in_place_has_failed()
    {
        _nomad.Set(Given.Allocation("pgbackrest-restore/dispatch-1", "complete", Given.Ended(0)));
        _nomad.Logs[false] = "fact restore.id r1\nfact restore.phase started\n";
        var error = await Should.ThrowAsync<RunbookException>(RunAsync(new RunRestore(new RestoreOrder { Id = "r1", Set = Given.Set.Label, Target = RecoveryTarget.Immediate })));
        (error.Message, error.State).ShouldBe(("the restore job succeeded, but restore r1 is not in place", "phase started"));
    }

    [Fact]
    public async Task A_failed_job_says_so_by_its_name()
    {
        _nomad.Set(Given.Allocation("pgbackrest-init/dispatch-1", "failed", Given.Ended(82)));
        _nomad.Logs[false] = "P00  ERROR: [082]: WAL segment was not archived\n";
        var error = await Should.ThrowAsync<RunbookException>(RunAsync(new CreateStanza()));
        error.Message.ShouldBe("pgbackrest-init failed: P00  ERROR: [082]: WAL segment was not archived (exit code 82)");
        error.Next.ShouldStartWith("./build.sh Logs --job ");
    }

    [Fact]
    public async Task A_job_that_the_plan_has_stopped_is_submitted_against_the_index_it_has_then()
    {
        _nomad.Has("postgres-lock", new Dictionary<string, string>(), stopped: true);
        await RunAsync(new ResubmitJob(Given.Change(JobRole.Postgres, "postgres").Job with { Text = "{}" }));
        _nomad.Jobs["postgres-lock"].Stopped.ShouldBeFalse();
    }

    [Fact]
    public async Task Steps_run_in_order_and_a_dry_run_runs_none()
    {
        _nomad.Has("a", new Dictionary<string, string>());
        _nomad.Has("b", new Dictionary<string, string>());
        var plan = new ProcedurePlan("Deploy", [new RemoveJob("a"), new RemoveJob("b")], []);
        var runner = new PlanRunner(Executor(), _listener, _time);

        await runner.RunAsync(plan, dryRun: true, Token);
        _nomad.Jobs.Count.ShouldBe(2);
        await runner.RunAsync(plan, dryRun: false, Token);
        _nomad.Jobs.ShouldBeEmpty();
        _listener.Said[2].ShouldStartWith("step 1/2 remove job a");
        _listener.Said[^1].ShouldStartWith("done remove job b");
        await Should.ThrowAsync<OperationCanceledException>(runner.RunAsync(plan, dryRun: false, new CancellationToken(canceled: true)));
    }

    // A token that may not do a later step is no wrong use: what was done stands.
    [Fact]
    public async Task A_right_that_ends_in_the_middle_is_a_failed_step()
    {
        _nomad.Has("a", new Dictionary<string, string>());
        _nomad.Has("b", new Dictionary<string, string>());
        var runner = new PlanRunner(Executor(), _listener, _time, done: _ => _nomad.Away = "Unexpected response code: 403 (Permission denied)");
        var error = await Should.ThrowAsync<RunbookException>(runner.RunAsync(new ProcedurePlan("Deploy", [new RemoveJob("a"), new RemoveJob("b")], []), dryRun: false, Token));
        error.Code.ShouldBe(ExitCode.Failed);
        error.Message.ShouldContain("403, permission denied");
        error.State.ShouldStartWith("1 of 2 steps are done, the last one: remove job a");
        error.Next.ShouldContain("docs/acl.md");
    }

    private Task RunAsync(Step step) => _time.PassAsync(Executor().RunAsync(step, Token));

    private StepExecutor Executor() => GivenSteps.Executor(_nomad, _listener, _time);
}

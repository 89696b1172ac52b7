using Microsoft.Extensions.Time.Testing;
using Runbook;
using Runbook.Cluster;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Tests.Nomad;
using Xunit;

namespace Tests.Steps;

public class RestoreStepTests
{
    private static readonly RestoreOrder Order = new() { Id = "r1", Set = Given.Set.Label, Target = RecoveryTarget.Immediate };

    private readonly FakeTimeProvider _time = new();
    private readonly FakeNomad _nomad = new();
    private readonly RecordingListener _listener = new();

    public static TheoryData<RestoreOrder, string> Orders => new()
    {
        { Order, "-meta id=r1 -meta source=repository -meta set=20261122-140000F -meta target=immediate -meta strategy=beside -meta operator=ann@desk" },
        {
            new() { Id = "r1", Set = "A", Target = new(TargetKind.Time, "2026-11-22 14:03:00+00", Exclusive: true), Timeline = "3", Strategy = RestoreStrategy.Online, Pause = true },
            "-meta id=r1 -meta source=repository -meta set=A -meta target=time -meta 'value=2026-11-22 14:03:00+00' -meta exclusive=true -meta timeline=3 -meta strategy=online -meta pause=true -meta operator=ann@desk"
        },
        {
            new() { Id = "r1", Set = "A", Target = RecoveryTarget.Latest, Timeline = "3", Strategy = RestoreStrategy.InPlace, Expect = "0/7000000" },
            "-meta id=r1 -meta source=repository -meta set=A -meta target=latest -meta timeline=3 -meta strategy=in-place -meta expect=0/7000000 -meta operator=ann@desk"
        },
        {
            new() { Id = "r1", Source = "r0", Set = "r0", Target = new(TargetKind.End), Timeline = "current" },
            "-meta id=r1 -meta source=r0 -meta set=r0 -meta target=end -meta timeline=current -meta strategy=beside -meta operator=ann@desk"
        },
    };

    [Theory, MemberData(nameof(Orders))]
    public async Task The_job_gets_the_whole_order(RestoreOrder order, string meta)
    {
        Ends($"fact restore.id r1\nfact restore.phase {(order.Strategy == RestoreStrategy.Online ? "ready" : "restored")}\n");
        await RunAsync(new RunRestore(order));
        // Metas are a set: Nomad does not care for their order.
        Metas(_nomad.Asked[0]).ShouldBe(Metas(meta), ignoreOrder: true);
    }

    [Theory]
    [InlineData(RestoreStrategy.Beside, "ready", "in place"), InlineData(RestoreStrategy.InPlace, "copying", "in place")]
    [InlineData(RestoreStrategy.Online, "restored", "ready"), InlineData(RestoreStrategy.Beside, "paused", "in place")]
    public async Task One_that_ends_elsewhere_than_ordered_has_failed(RestoreStrategy strategy, string phase, string not)
    {
        Ends($"fact restore.id r1\nfact restore.phase {phase}\n");
        var error = await Should.ThrowAsync<RunbookException>(RunAsync(new RunRestore(Order with { Strategy = strategy })));
        (error.Message, error.State).ShouldBe(($"the restore job succeeded, but restore r1 is not {not}", $"phase {phase}"));
    }

    [Theory]
    [InlineData(RestoreStrategy.Beside, "repository", "the server is stopped; the previous", "the same Restore again: it continues from what is there; ./build.sh Undo --id r1 cancels it")]
    [InlineData(RestoreStrategy.Online, "repository", "the server serves", "the same Restore again: it continues from what is there; ./build.sh Undo --id r1 cancels it")]
    [InlineData(RestoreStrategy.InPlace, "repository", "may be half restored", "the same Restore again: it continues from what is there")]
    [InlineData(RestoreStrategy.Beside, "r0", "the server is stopped; the previous", "./build.sh Undo --id r0: it continues from what is there")]
    public async Task One_that_fails_says_what_state_things_are_in(RestoreStrategy strategy, string source, string state, string next)
    {
        _nomad.Set(Given.Allocation(Given.RestoreChild, "failed", Given.Ended(1)));
        _nomad.Logs[true] = "error: the repository went away\n";
        var error = await Should.ThrowAsync<RunbookException>(RunAsync(new RunRestore(Order with { Strategy = strategy, Source = source })));
        error.Message.ShouldBe("pgbackrest-restore failed: the repository went away (exit code 1)");
        error.State.ShouldContain(state);
        error.Next.ShouldBe(next);
    }

    [Fact]
    public async Task Its_progress_its_words_and_the_point_it_reached_are_passed_on()
    {
        Ends(
            """
            restoring set A
            2026-11-22 16:07:32.243 P01 DETAIL: restore file /d/x (1MB, 50%) checksum a
            2026-11-22 16:07:32.243 P00   INFO: restore size = 25.4MB, file total = 967
            progress replay 0/5000028 - -
            fact restore.id r1
            fact restore.phase restored
            fact restore.target latest
            fact restore.unarchived 2
            fact restore.reachedlsn 0/5000028
            fact restore.reachedtime 2026-11-22 14:02:58.12+00
            fact restore.reachedtimeline 3

            """);
        await RunAsync(new RunRestore(Order));
        _listener.Said.ShouldBe(
        [
            "note restoring set A", "copied 50", "replayed 0/5000028",
            "note reached: last commit 2026-11-22 14:02:58.12Z, WAL 0/5000028, timeline 3 (asked for: latest)",
            "warn 2 WAL segments could not be archived; they stay in the pg_wal of the kept directory r1",
        ]);
    }

    [Fact]
    public async Task One_that_pauses_is_left_running_at_its_target()
    {
        _nomad.Set(Given.Allocation(Given.RestoreChild, "running"));
        _nomad.Live.AddRange(["recovering", "fact paused r1"]);
        _nomad.OnExec = _ => (0, "fact restore.id r1\nfact restore.target immediate\nfact restore.phase paused\nfact progress.replayed 0/5000028\n", "");

        await RunAsync(new RunRestore(Order with { Pause = true }));

        _nomad.Jobs[Given.RestoreChild].Stopped.ShouldBeFalse();
        _listener.Said.ShouldBe(
        [
            "note recovering", "note it is paused at the target, read-only: the job keeps running",
            "note paused at: no commit replayed, WAL 0/5000028 (asked for: immediate)",
        ]);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Once_accepted_it_is_followed_to_its_end(bool follow)
    {
        _nomad.Set(Given.Allocation(Given.RestoreChild, "running"));
        _nomad.Live.Add("fact paused r1");
        _nomad.OnPoll = poll =>
        {
            if (poll == 5)
                Ends("fact paused r1\nfact restore.id r1\nfact restore.phase restored\n");
        };
        var order = Order with { Pause = true };
        await RunAsync(follow ? new FollowRestore(order, Given.RestoreChild, Accepted: true) : new RunRestore(order, Accepted: true));
        _nomad.Allocations.Single().Ended.ShouldBeTrue();
    }

    [Fact]
    public async Task A_pause_of_another_restore_is_not_ours()
    {
        _nomad.Set(Given.Allocation(Given.RestoreChild, "running"));
        _nomad.Live.Add("fact paused r10");
        _nomad.OnPoll = poll =>
        {
            if (poll == 5)
                Ends("fact restore.id r1\nfact restore.phase restored\n");
        };
        await RunAsync(new RunRestore(Order with { Pause = true }));
        _nomad.Allocations.Single().Ended.ShouldBeTrue();
    }

    [Fact]
    public async Task Cancelled_before_its_target_it_is_stopped()
    {
        using var operators = new CancellationTokenSource();
        _nomad.Set(Given.Allocation(Given.RestoreChild, "running"));
        _nomad.OnPoll = poll =>
        {
            if (poll == 5)
                operators.Cancel();
        };
        await Should.ThrowAsync<OperationCanceledException>(_time.PassAsync(Executor().RunAsync(new RunRestore(Order with { Pause = true }), operators.Token)));
        _nomad.Jobs[Given.RestoreChild].Stopped.ShouldBeTrue();
    }

    public static TheoryData<Step, string> Words => new()
    {
        { new AcceptRestore("r1"), "# accept|r1" }, { new CancelRestore("r1"), "# cancel|r1" },
        { new DiscardKept("r1"), "# discard|r1" }, { new FinishRestore("r1"), "# finish|r1" },
    };

    [Theory, MemberData(nameof(Words))]
    public async Task A_word_to_the_node_goes_beside_what_runs(Step step, string operation)
    {
        _nomad.Set(Given.Allocation(Given.RestoreChild, "running"));
        var asked = "";
        _nomad.OnExec = script =>
        {
            asked = script;
            return (0, "fact done\nremoved 3 files\n", "");
        };
        await RunAsync(step);
        asked.ShouldEndWith(operation);
        _listener.Said.ShouldBe(["note removed 3 files"]);
    }

    [Fact]
    public async Task A_word_that_the_node_refuses_has_failed()
    {
        _nomad.Set(Given.Allocation("pgbackrest/dispatch-1", "failed", Given.Ended(3)));
        _nomad.Logs[true] = "error: restore r1 is in phase swapping\n";
        (await Should.ThrowAsync<RunbookException>(RunAsync(new AcceptRestore("r1")))).Message
            .ShouldBe("the node could not answer (accept): restore r1 is in phase swapping (exit code 3)");
    }

    private void Ends(string log)
    {
        _nomad.Logs[false] = log;
        _nomad.Set(Given.Allocation(Given.RestoreChild, "complete", Given.Ended(0)));
    }

    private static IEnumerable<string> Metas(string command) =>
        command.Split("-meta ").Skip(1).Select(m => m.Replace(" pgbackrest-restore", "", StringComparison.Ordinal).Trim());

    private Task RunAsync(Step step) => _time.PassAsync(Executor().RunAsync(step, TestContext.Current.CancellationToken));

    private StepExecutor Executor() => GivenSteps.Executor(_nomad, _listener, _time);
}

using Runbook;
using Runbook.Cluster;
using Runbook.Restore;
using Runbook.Settings;
using Runbook.Steps;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

public class UndoPlannerTests
{
    private const string NewId = "20261122-160000";
    private const string Old = "20261121-150000";
    private const string Id = "20261122-150000";

    private static readonly JobChange[] Same =
    [
        Given.Change(JobRole.Postgres, "postgres", changed: false), Given.Change(JobRole.Full, "pgbackrest-full", changed: false),
        Given.Change(JobRole.Operations, "pgbackrest", changed: false), Given.Change(JobRole.Restore, "pgbackrest-restore", changed: false),
    ];

    [Fact]
    public void A_running_cluster_goes_back_to_the_newest_directory_and_is_protected_again()
    {
        var plan = Make(With(Given.Running, null));
        Titles(plan).ShouldBe(
        [
            "archive the remaining WAL", "stop the schedules (pgbackrest-full, pgbackrest-incr)", "stop the server (job postgres)",
            $"put back kept directory {Id}: recover it to a copy, then swap",
            "submit job postgres", "wait until the server takes writes", "submit job pgbackrest-full", $"finish restore {NewId}", "take an incremental backup",
        ]);
        plan.Steps.OfType<RunRestore>().Single().Order.ShouldBe(
            new RestoreOrder { Id = NewId, Source = Id, Set = Id, Target = new RecoveryTarget(TargetKind.End), Timeline = "current" });
        plan.Steps.OfType<SubmitJob>().ShouldBeEmpty("the index of a job that the plan itself stops is not known before");
        plan.Notes[0].ShouldBe($"back to /var/lib/postgresql/15/main.kept-{Id} (800 MB, set aside 2026-11-21 12:00:00Z)");
        plan.Notes[1].ShouldContain($"main.kept-{NewId}");
    }

    [Theory]
    [InlineData("restored"), InlineData("started")]
    public void A_restore_that_is_in_place_is_undone(string phase) => Make(With(Given.Stopped, Given.Restore(phase)))
        .Steps.OfType<RunRestore>().Single().Order.Source.ShouldBe(Id);

    [Fact]
    public void Another_directory_is_named() =>
        Make(With(Given.Stopped with { Unbegun = Given.RestoreChild }, null), Old).Steps.OfType<RunRestore>().Single().Order.Source.ShouldBe(Old);

    [Fact]
    public void The_jobs_that_it_runs_in_are_brought_up_first()
    {
        var plan = Make(With(Given.Running, null), changes: [.. Same.Select(c => c with { Effect = c.Effect with { Changed = true } })]);
        Titles(plan).Take(3).ShouldBe(["submit job pgbackrest", "submit job pgbackrest-restore", "archive the remaining WAL"]);
        Titles(plan).Count(t => t == "submit job pgbackrest").ShouldBe(1);
    }

    public static TheoryData<string, RestoreStrategy, bool, string[]> Unfinished => new()
    {
        { "copying", RestoreStrategy.Beside, false, [] },
        { "copying", RestoreStrategy.Beside, true, ["stop the restore (pgbackrest-restore/dispatch-1)"] },
        { "paused", RestoreStrategy.Beside, true, ["stop the restore (pgbackrest-restore/dispatch-1)"] },
        { "swapping", RestoreStrategy.Beside, false, [] },
        { "archiving", RestoreStrategy.InPlace, false, [] },
    };

    [Theory, MemberData(nameof(Unfinished))]
    public void One_that_is_not_through_is_given_up(string phase, RestoreStrategy strategy, bool runs, string[] first)
    {
        var facts = With(Given.Stopped, Given.Restore(phase) with { Strategy = strategy });
        facts = facts with
        {
            Jobs = facts.Jobs.Remove("pgbackrest-full").Remove("pgbackrest-incr"),
            Allocations = runs ? [Given.Allocation(Given.RestoreChild, "running")] : [],
        };
        Titles(Make(facts, changes: [Given.Change(JobRole.Postgres, "postgres"), Given.Change(JobRole.Full, "pgbackrest-full")])).ShouldBe(
        [
            .. first, $"cancel restore {Id}: the live directory stays as it was",
            "submit job postgres", "wait until the server takes writes", "submit job pgbackrest-full",
        ]);
    }

    [Fact]
    public void Under_a_server_that_serves_only_the_restore_is_given_up()
    {
        var facts = With(Given.Running, Given.Restore("paused") with { Strategy = RestoreStrategy.Online });
        Titles(Make(facts, changes: [Given.Change(JobRole.Postgres, "postgres")])).ShouldBe(
            [$"cancel restore {Id}: the live directory stays as it was", "wait until the server takes writes"]);
    }

    [Theory]
    [InlineData("switching", false), InlineData("ready", null)]
    public void A_server_that_is_at_work_on_the_switch_or_does_not_answer_is_stopped_first(string phase, bool? recovering)
    {
        var facts = With(Given.Running, Given.Restore(phase) with { Strategy = RestoreStrategy.Online });
        Titles(Make(facts with { Node = facts.Node! with { Recovering = recovering } })).ShouldBe(
        [
            "stop the schedules (pgbackrest-full, pgbackrest-incr)", "stop the server (job postgres)",
            $"cancel restore {Id}: the live directory stays as it was", "submit job postgres", "wait until the server takes writes", "submit job pgbackrest-full",
        ]);
    }

    [Theory]
    [InlineData("recovering", true), InlineData("swapping", true), InlineData("restored", false), InlineData("started", false)]
    public void An_Undo_that_was_interrupted_goes_on(string phase, bool runs)
    {
        var plan = Make(With(Given.Stopped, Given.Restore(phase, Old, "end") with { Source = Old }));
        plan.Steps[^2].ShouldBe(new FinishRestore(Id));
        var order = plan.Steps.OfType<RunRestore>().SingleOrDefault()?.Order;
        (order?.Id, order?.Source, order?.Target.Kind).ShouldBe(runs ? (Id, Old, TargetKind.End) : (null, null, null));
    }

    [Theory]
    [InlineData("cancelled", "repository", true, "was cancelled"), InlineData("started", Old, true, $"kept directory {Old} has been put back")]
    [InlineData("cancelled", "repository", false, "was cancelled")]
    public void An_Undo_that_is_through_is_not_undone_by_another(string phase, string source, bool serves, string note)
    {
        var facts = With(serves ? Given.Running : Given.Stopped, null);
        facts = facts with { Node = facts.Node! with { LastEnded = new EndedRestore("r1", phase, source) } };
        var plan = Make(facts, changes: [Given.Change(JobRole.Postgres, "postgres"), Given.Change(JobRole.Full, "pgbackrest-full")]);
        Titles(plan).ShouldBe(serves
            ? ["submit job pgbackrest-full"]
            : ["submit job postgres", "wait until the server takes writes", "submit job pgbackrest-full"]);
        plan.Notes[0].ShouldContain(note);
        Make(facts, Old).Steps.OfType<RunRestore>().Single().Order.Source.ShouldBe(Old, "named, it is gone back to");
    }

    [Fact]
    public void A_restore_that_is_through_is_undone()
    {
        var facts = With(Given.Running, null);
        facts = facts with { Node = facts.Node! with { LastEnded = new EndedRestore(Id, "restored", "repository") } };
        Make(facts).Steps.OfType<RunRestore>().ShouldNotBeEmpty();
    }

    [Fact]
    public void While_one_directory_is_put_back_another_must_wait() => Guards.ShouldRefuse(
        () => Make(With(Given.Stopped, Given.Restore("recovering", Old, "end") with { Source = Old }), Id), $"it puts {Old} back", "./build.sh Undo");

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "nothing kept", "there is nothing to undo to", "./build.sh Restore" },
        { "no such", "there is no kept directory nope; there are 20261121-150000, 20261122-150000", "./build.sh Status" },
        { "in place", "it cannot be undone", "./build.sh Revert" },
        { "in place, half", "it cannot be undone", "./build.sh Restore --backup-set 20261122-140000F --in-place" },
        { "unfinished, another", "Undo cancels that one first", "./build.sh Undo" },
        { "stopped", "there is no unfinished restore, and the server is stopped", "./build.sh Deploy starts the server on the data that is there; ./build.sh Undo --id" },
        { "unbegun", "the last one (pgbackrest-restore/dispatch-1) ended before it had begun", "./build.sh Undo --id ID returns" },
        { "backup", "a backup is running", "wait for it" },
        { "nobody", "cannot be asked", "./build.sh Status" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public void A_guard_says_no(string what, string reason, string next) => Guards.ShouldRefuse(
        () => _ = what switch
        {
            "nothing kept" => Make(Given.Running),
            "no such" => Make(With(Given.Running, null), "nope"),
            "in place" => Make(With(Given.Stopped, Given.Restore("restored") with { Strategy = RestoreStrategy.InPlace })),
            "in place, half" => Make(With(Given.Stopped, Given.Restore("recovering") with { Strategy = RestoreStrategy.InPlace })),
            "unfinished, another" => Make(With(Given.Stopped, Given.Restore("copying")), Old),
            "stopped" => Make(With(Given.Stopped, null)),
            "unbegun" => Make(With(Given.Running with { Unbegun = Given.RestoreChild }, null)),
            "backup" => Make(With(Given.Running with { Allocations = Given.Running.Allocations.Add(Given.Allocation("pgbackrest-full/periodic-1", "running")) }, null)),
            _ => Make(Given.Absent),
        },
        reason, next);

    [Fact]
    public void A_restore_at_work_is_not_disturbed() => Should.Throw<RunbookException>(() => Make(
        With(Given.Running with { Allocations = Given.Running.Allocations.Add(Given.Allocation(Given.RestoreChild, "pending")) }, null))).Code.ShouldBe(ExitCode.Held);

    private static ClusterFacts With(ClusterFacts facts, RestoreState? restore) =>
        facts with { Node = facts.Node! with { Restore = restore, Kept = [Given.Kept(Old, 2), Given.Kept(Id, 1)] } };

    private static ProcedurePlan Make(ClusterFacts facts, string kept = "", JobChange[]? changes = null) =>
        UndoPlanner.Make(Given.Settings, facts, changes ?? Same, kept, NewId);

    private static IEnumerable<string> Titles(ProcedurePlan plan) => plan.Steps.Select(s => s.Title);
}

using Runbook;
using Runbook.Cluster;
using Runbook.Restore;
using Shouldly;
using Tests.Cluster;
using Xunit;

namespace Tests.Restore;

public class RestoreGuardTests
{
    [Fact]
    public void A_set_without_its_manifest_is_refused() => Guards.ShouldRefuse(
        () => Make(Given.Running, GivenRestore.Whole with { BrokenSets = new HashSet<string> { "20261121-140000F" } }),
        "is not whole: the manifest of 20261121-140000F is missing", "./build.sh Backups");

    [Fact]
    public void A_missing_WAL_segment_is_named() => Guards.ShouldRefuse(
        () => Make(Given.Running, GivenRestore.Whole with { Segments = new HashSet<string> { "000000010000000000000004" } }),
        "WAL segment 000000010000000000000005", "./build.sh Backups");

    [Fact]
    public void Backups_of_another_version_are_refused() => Guards.ShouldRefuse(
        () => Make(Given.With(n => n with { Repository = Given.Repository with { PostgresVersion = "14" } })),
        "the backups are of PostgreSQL 14, postgres.version says 15", "set postgres.version to 14");

    [Theory]
    [InlineData("immediate"), InlineData("latest")]
    public void A_set_from_before_an_upgrade_is_refused(string kind) => Guards.ShouldRefuse(
        () => GivenRestore.Make(GivenRestore.WithSets(Given.Set with { ArchiveId = "14-1" }), GivenRestore.To(kind)), $"backup set {Given.Label} is of PostgreSQL 14", "choose another set");

    [Fact]
    public void A_host_without_PostgreSQL_is_refused() => Guards.ShouldRefuse(
        () => Make(Given.With(n => n with { PostgresVersion = "" })), "PostgreSQL 15 is not installed on node db-1", "apt-get install");

    [Fact]
    public void Backups_of_another_cluster_are_refused() => Guards.ShouldRefuse(
        () => Make(Given.With(n => n with { SystemIdentifier = "42" })), "system identifier 42", "check pgbackrest.stanza");

    [Fact]
    public void A_backup_that_runs_is_waited_for()
    {
        Guards.ShouldRefuse(
            () => Make(Given.With(n => n with { Repository = Given.Repository with { BackupRunning = true } })), "a backup is running", "wait for it to end");
        Guards.ShouldRefuse(
            () => Make(Given.Running with { Allocations = Given.Running.Allocations.Add(Given.Allocation("pgbackrest-full/periodic-1", "running")) }),
            "a backup is running (pgbackrest-full/periodic-1)", "nomad job stop pgbackrest-full/periodic-1");
    }

    [Fact]
    public void A_restore_that_runs_holds_the_cluster()
    {
        var held = Should.Throw<RunbookException>(() => Make(
            Given.Running with { Allocations = [Given.Allocation("pgbackrest-restore/dispatch-1", "running")] }));
        held.Code.ShouldBe(ExitCode.Held);
        held.Message.ShouldBe("a restore is running already (pgbackrest-restore/dispatch-1)");
        held.State.ShouldBe("nothing was changed");
        held.Next.ShouldContain("nomad job stop pgbackrest-restore/dispatch-1");
    }

    [Theory]
    [InlineData("immediate", "./build.sh Restore --backup-set 20261121-140000F")]
    [InlineData("latest", "./build.sh Restore --backup-set 20261121-140000F --recovery-target latest")]
    public void Half_way_through_a_swap_only_the_same_restore_goes_on(string target, string next)
    {
        Guards.ShouldRefuse(() => Make(Given.Restoring("swapping", "20261121-140000F", target)), "half way through its swap", next);
        Guards.ShouldRefuse(() => Make(Given.Restoring("switching", "20261121-140000F", target)), "half way through its swap", next);
    }

    [Theory]
    [InlineData("copying"), InlineData("recovering"), InlineData("swapping"), InlineData("restored")]
    public void A_kept_directory_that_is_put_back_is_no_head_start(string phase)
    {
        var facts = Given.Restoring(phase, "r0", "end");
        Guards.ShouldRefuse(
            () => Make(facts with { Node = facts.Node! with { Restore = facts.Node.Restore! with { Source = "r0" } } }), $"is putting kept directory r0 back (phase {phase})", "./build.sh Undo");
    }

    [Fact]
    public void What_Undo_put_back_and_started_is_a_cluster_like_any_other()
    {
        var facts = Given.Restoring("started", "r0", "end");
        Should.NotThrow(() => Make(facts with { Node = facts.Node! with { Restore = facts.Node.Restore! with { Source = "r0" } } }));
    }

    [Theory]
    [InlineData("copying", true), InlineData("recovering", true), InlineData("archiving", false), InlineData("restored", false)]
    public void A_live_directory_that_is_half_overwritten_can_only_be_overwritten_on(string phase, bool refused)
    {
        var facts = Given.Restoring(phase, "20261121-140000F");
        facts = facts with { Node = facts.Node! with { Restore = facts.Node.Restore! with { Strategy = RestoreStrategy.InPlace } } };
        var request = new RestoreRequest("latest", RecoveryTarget.Immediate);
        if (refused)
            Guards.ShouldRefuse(
                () => GivenRestore.Make(facts, request), "has begun to overwrite the live directory", "--in-place, or ./build.sh Restore --backup-set 20261121-140000F --in-place");
        else
            Should.NotThrow(() => GivenRestore.Make(facts, request));
        Should.NotThrow(() => GivenRestore.Make(facts, request with { Strategy = RestoreStrategy.InPlace }));
    }

    private static RestorePlan Make(ClusterFacts facts, SetProbe? probe = null) => GivenRestore.Make(
        facts, new RestoreRequest("latest", RecoveryTarget.Immediate), GivenRestore.Look() with { Probe = probe ?? GivenRestore.Whole });
}

using Runbook;
using Runbook.Facts;
using Runbook.Plan;
using Shouldly;
using Tests.Facts;
using Xunit;

namespace Tests.Plan;

public class RestoreGuardTests
{
    private static readonly SetProbe Whole = new(
        new HashSet<string>(), new HashSet<string> { "000000010000000000000004", "000000010000000000000005" }, []);

    [Fact]
    public void A_set_without_its_manifest_is_refused() => Guards.ShouldRefuse(
        () => Make(Given.Running, Whole with { BrokenSets = new HashSet<string> { "20261121-140000F" } }),
        "is not whole: the manifest of 20261121-140000F is missing", "./build.sh Backups");

    [Fact]
    public void A_missing_WAL_segment_is_named() => Guards.ShouldRefuse(
        () => Make(Given.Running, Whole with { Segments = new HashSet<string> { "000000010000000000000004" } }),
        "WAL segment 000000010000000000000005", "./build.sh Backups");

    [Fact]
    public void Backups_of_another_version_are_refused() => Guards.ShouldRefuse(
        () => Make(Given.With(n => n with { Repository = Given.Repository with { PostgresVersion = "14" } })),
        "the backups are of PostgreSQL 14, postgres.version says 15", "set postgres.version to 14");

    [Fact]
    public void A_set_from_before_an_upgrade_is_refused() => Guards.ShouldRefuse(
        () => Make(Given.Running, set: Given.Set with { ArchiveId = "14-1" }), $"backup set {Given.Label} is of PostgreSQL 14", "choose another set");

    [Fact]
    public void A_host_without_PostgreSQL_is_refused() => Guards.ShouldRefuse(
        () => Make(Given.With(n => n with { PostgresVersion = "" })), "PostgreSQL 15 is not installed on node db-1", "apt-get install");

    [Fact]
    public void Backups_of_another_cluster_are_refused() => Guards.ShouldRefuse(
        () => Make(Given.With(n => n with { SystemIdentifier = "42" })), "system identifier 42", "check pgbackrest.stanza");

    [Fact]
    public void A_full_disk_is_refused_with_both_numbers() => Guards.ShouldRefuse(
        () => Make(Given.With(n => n with { DiskFree = 1_000_000_000 })),
        "has 1.00 GB free, the restore needs 1.05 GB beside the live directory", "make room on the data volume");

    [Fact]
    public void A_full_disk_names_what_an_earlier_restore_kept() => Guards.ShouldRefuse(
        () => Make(Given.With(n => n with { DiskFree = 1, Kept = [new KeptDirectory("r0", 800_000_000, Given.Noon, "/data/main.kept-r0")] })),
        "has 1 B free", "removing what an earlier restore kept: /data/main.kept-r0 (800 MB, 2026-11-22 12:00:00Z)");

    [Theory]
    [InlineData("copying", 1_000_000_000L, 100_000_000L), InlineData("swapping", 0L, 0L), InlineData("restored", 0L, 200_000_000L)]
    public void What_was_copied_already_needs_no_room(string phase, long copied, long free)
    {
        var set = phase == "restored" ? "20261121-140000F" : Given.Label;
        var facts = Given.Restoring(phase, set, copied: copied);
        Should.NotThrow(() => Make(facts with { Node = facts.Node! with { DiskFree = free } }));
    }

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

    private static ProcedurePlan Make(ClusterFacts facts, SetProbe? probe = null, BackupSet? set = null) => RestorePlanner.Make(
        Given.Settings, facts, new RestoreRequest("latest", RecoveryTarget.Immediate), set ?? Given.Set, probe ?? Whole, "new");
}

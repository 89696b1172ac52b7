using Runbook.Cluster;
using Runbook.Wal;
using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>Scheduled backups: one at a time, none that is not needed, none beside a restore.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly Node _node = new();
    private readonly long _now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task An_incremental_waits_for_the_full_one_of_the_same_moment_and_is_not_needed_any_more()
    {
        using var full = await Gated("full", _now - 1);
        using var incr = Begin("incr", _now - 1);
        await incr.Says("another backup is running: waiting for it");
        Run(BackupType.Incr)!.Result.ShouldBe(RunResult.Waiting);
        Run(BackupType.Full)!.Result.ShouldBe(RunResult.Running);
        Open();

        (await full.End()).Code.ShouldBe(0);
        var said = await incr.End();
        (said.Code, said.Error).ShouldBe((0, ""));
        said.Output.ShouldContain("repository 1: skipped, set set0 began when this backup was due, or later");
        Backups().ShouldBe(["began full", "ended full"]);
        var (first, second) = (Run(BackupType.Full)!, Run(BackupType.Incr)!);
        (first.Result, first.DueAt.ToUnixTimeSeconds(), first.ExitCode, first.EndedAt is not null).ShouldBe((RunResult.Done, _now - 1, 0, true));
        (second.Result, second.Why).ShouldBe((RunResult.Skipped, "set set0 holds it"));
    }

    [Fact]
    public async Task A_full_one_waits_for_an_incremental_and_is_taken_whatever_was()
    {
        using var incr = await Gated("incr", _now - 1);
        using var full = Begin("full", _now - 1);
        await full.Says("waiting for it");
        Open();
        (await incr.End()).Code.ShouldBe(0);
        (await full.End()).Code.ShouldBe(0);
        Backups().ShouldBe(["began incr", "ended full", "began full", "ended full"]);
    }

    [Fact]
    public async Task An_incremental_that_was_due_after_the_full_one_had_begun_is_taken()
    {
        using var full = await Gated("full", _now - 1);
        using var incr = Begin("incr", _now + 60);
        await incr.Says("waiting for it");
        Open();
        (await full.End()).Code.ShouldBe(0);
        (await incr.End()).Code.ShouldBe(0);
        Backups()[^1].ShouldBe("ended incr");
    }

    [Theory]
    [InlineData("incr", "full", true), InlineData("incr", "diff", true), InlineData("incr", "incr", true)]
    [InlineData("diff", "full", true), InlineData("diff", "diff", true), InlineData("diff", "incr", false)]
    [InlineData("full", "full", false), InlineData("full", "diff", false), InlineData("full", "incr", false)]
    public void What_holds_as_much_makes_a_backup_needless(string due, string taken, bool needless)
    {
        _node.Shell($"needless {due} 1000 <<<$'older 999 full\\nnewer 1000 {taken}'").Output.ShouldBe(needless ? "newer\n" : "");
        _node.Shell($"needless {due} 1001 <<<'newer 1000 {taken}'").Code.ShouldBe(1);
    }

    [Fact]
    public void Sets_are_read_from_what_the_real_one_says()
    {
        File.WriteAllText(_node.At("info.json"), Tests.Cluster.RepositoryInfoTests.Two + "\n");
        _node.Shell($"sets <'{_node.At("info.json")}'").Output.ShouldBe("20261122-160521F 1795363521 full\n20261122-160521F_20261122-160524I 1795363524 incr\n");
    }

    [Fact]
    public async Task Each_repository_is_looked_at_for_itself()
    {
        using var first = await Gated("full", _now - 1, ("PGN_REPOSITORIES", "1"));
        using var incr = Begin("incr", _now - 1, ("PGN_REPOSITORIES", "1 2"));
        await incr.Says("waiting for it");
        // Of the second one nothing is known that could spare it.
        _node.SetFake("info-2", "[{\"backup\":[],\"name\":\"db\",\"status\":{\"code\":2,\"message\":\"no valid backups\"}}]\n");
        Open();
        var said = await incr.End();
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldContain("repository 1: skipped");
        said.Output.ShouldContain("repository 2: there is no full backup to build on, so this one becomes a full one");
        Calls(" backup ").ShouldBe(["--repo=1", "--repo=2"]);
        Run(BackupType.Incr)!.Result.ShouldBe(RunResult.Done);
    }

    [Fact]
    public async Task A_killed_backup_gives_its_place_up()
    {
        using var full = await Gated("full", _now - 1);
        full.Signal("KILL");
        File.Delete(_node.At("fake", "gate"));
        using var incr = Begin("incr", _now - 1);
        var said = await incr.End();
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldNotContain("waiting");
        Backups()[^1].ShouldBe("ended full");
        // Nobody could write down how it ended.
        Run(BackupType.Full)!.Result.ShouldBe(RunResult.Running);
    }

    [Fact]
    public async Task Its_place_is_held_until_the_last_process_of_it_has_ended()
    {
        using var full = await Gated("full", _now - 1);
        full.Signal("KILL", group: false);
        using var incr = Begin("incr", _now - 1);
        await incr.Says("waiting for it");
        Open();
        (await incr.End()).Code.ShouldBe(0);
        Backups().ShouldBe(["began full", "ended full"]);
    }

    [Fact]
    public async Task The_wait_has_a_limit()
    {
        using var full = await Gated("full", _now - 1);
        using var incr = Begin("incr", _now, "1");
        var said = await incr.End();
        said.Code.ShouldBe(4);
        said.Error.ShouldContain("another backup is still running after 1 s");
        (Run(BackupType.Incr)!.Result, Run(BackupType.Incr)!.ExitCode).ShouldBe((RunResult.Failed, 4));
        Open();
        (await full.End()).Code.ShouldBe(0);
    }

    [Fact]
    public async Task One_that_was_begun_by_hand_is_waited_for_as_well()
    {
        Directory.CreateDirectory(Path.Combine(_node.State, "pgbackrest", "lock"));
        _node.Shell("mkfifo \"$FAKE/gate\"").Code.ShouldBe(0);
        using var byHand = _node.Begin("../bin/pgbackrest", ["backup", "--type=full"]);
        await Began();
        using var incr = Begin("incr", _now - 1);
        await incr.Says("another pgbackrest is running: waiting for it");
        Open();
        (await byHand.End()).Code.ShouldBe(0);
        (await incr.End()).Code.ShouldBe(0);
        Backups().ShouldBe(["began full", "ended full"]);
    }

    [Fact]
    public async Task No_restore_begins_beside_a_backup()
    {
        using var full = await Gated("full", _now - 1);
        var said = _node.Shell("hold_restore 0");
        said.Code.ShouldBe(4);
        said.Error.ShouldContain("a backup is running: no restore at the same time");
        Open();
        (await full.End()).Code.ShouldBe(0);
        _node.Shell("hold_restore 0").Code.ShouldBe(0);
    }

    [Fact]
    public void No_backup_begins_beside_a_restore()
    {
        // Before the restore has written its first word.
        var said = _node.Shell("make_folders; hold_restore 0; /bin/bash \"$NOMAD_TASK_DIR/backup.sh\" full 60; exit $?");
        said.Code.ShouldBe(3);
        said.Error.ShouldContain("a restore is running: no backup at the same time");
        Backups().ShouldBeEmpty();
        (Run(BackupType.Full)!.Result, Run(BackupType.Full)!.ExitCode).ShouldBe((RunResult.Failed, 3));
    }

    [Fact]
    public async Task While_they_are_paused_a_run_that_comes_all_the_same_does_nothing()
    {
        _node.Run("operate.sh", [], ("NOMAD_META_operation", "pause"), ("NOMAD_META_argument", "2026-11-22T12:00:00Z ann@desk new disks")).Code.ShouldBe(0);
        using var full = Begin("full", _now);
        var said = await full.End();
        said.Code.ShouldBe(0, said.Error);
        said.Output.ShouldBe("skipped: the schedules are paused since 2026-11-22T12:00:00Z by ann@desk: new disks\n");
        Backups().ShouldBeEmpty();
        (Run(BackupType.Full)!.Result, Run(BackupType.Full)!.Why).ShouldBe((RunResult.Skipped, "the schedules were paused"));
        // What an operator asks for is taken.
        _node.Run("operate.sh", [], ("NOMAD_META_operation", "backup"), ("NOMAD_META_argument", "full")).Code.ShouldBe(0);
        Backups().ShouldBe(["began full", "ended full"]);
    }

    [Fact]
    public async Task Told_to_stop_it_begins_in_no_other_repository()
    {
        using var full = await Gated("full", _now - 1, ("PGN_REPOSITORIES", "1 2"));
        full.Signal("INT");
        var said = await full.End();
        said.Code.ShouldBe(63, said.Output + said.Error);
        Calls(" backup ").ShouldBe(["--repo=1"]);
        (Run(BackupType.Full)!.Result, Run(BackupType.Full)!.ExitCode).ShouldBe((RunResult.Failed, 63));
    }

    [Fact]
    public async Task A_failure_stands_on_the_volume_and_an_older_run_does_not_hide_it()
    {
        _node.SetFake("backup-codes", "56\n");
        using var late = Begin("full", _now);
        (await late.End()).Code.ShouldBe(56);
        using var early = Begin("full", _now - 100);
        (await early.End()).Code.ShouldBe(0);
        (Run(BackupType.Full)!.Result, Run(BackupType.Full)!.ExitCode, Run(BackupType.Full)!.DueAt.ToUnixTimeSeconds()).ShouldBe((RunResult.Failed, 56, _now));
    }

    private RunningTask Begin(string type, long due, params (string Name, string Value)[] environment) => Begin(type, due, "60", environment);

    private RunningTask Begin(string type, long due, string limit, params (string Name, string Value)[] environment) =>
        _node.Begin("backup.sh", [type, limit], [("NOMAD_JOB_NAME", $"pgbackrest-{type}/periodic-{due}"), ("PGN_REPOSITORIES", "1"), .. environment]);

    /// <summary>A backup that has begun and goes no further until <see cref="Open"/>.</summary>
    private async Task<RunningTask> Gated(string type, long due, params (string Name, string Value)[] environment)
    {
        _node.Shell("mkfifo \"$FAKE/gate\"").Code.ShouldBe(0);
        var task = Begin(type, due, environment);
        await Began();
        return task;
    }

    private Task Began() => LocalNomad.Eventually.TrueAsync(() => Backups().Count > 0, "the first backup to begin");

    private void Open() => _node.Shell("exec 3>\"$FAKE/gate\"; rm \"$FAKE/gate\"; echo >&3").Code.ShouldBe(0);

    private IReadOnlyList<string> Backups() => _node.Fake("backups").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The repositories of the calls of pgbackrest for this.</summary>
    private IEnumerable<string> Calls(string command) => _node.Fake("calls").Split('\n').Where(c => $" {c} ".Contains(command, StringComparison.Ordinal))
        .Select(c => c.Split(' ').Single(w => w.StartsWith("--repo=", StringComparison.Ordinal)));

    private ScheduledRun? Run(BackupType type) => NodeFacts.Parse(_node.Run("operate.sh", [], ("NOMAD_META_operation", "facts")).Output, "db").Runs.GetValueOrDefault(type);
}

using System.Globalization;
using Shouldly;
using Xunit;

namespace Tests.Scripts;

/// <summary>Whose data directory it is, and who runs on it: only what our own task wrote is ever cleared.</summary>
public sealed class OwnerTests : IDisposable
{
    private readonly Node _node = new();

    private string PidFile => Path.Combine(_node.Data, "postmaster.pid");

    public OwnerTests() => _node.HasCluster();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("another process"), InlineData("another time"), InlineData("no record")]
    public void A_pid_file_that_our_task_did_not_write_is_never_removed(string what)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        if (what != "no record")
            HasRecord(pid: what == "another process" ? 4712 : 4711, started: what == "another time" ? now - 3600 : now);
        HasPidFile(pid: 4711, started: now);
        var said = _node.Run("serve.sh", []);
        said.Code.ShouldBe(3, said.Error);
        said.Error.ShouldContain("a server that this runbook did not start (process 4711, started ");
        said.Error.ShouldContain("port 54399, socket folder /run/elsewhere");
        File.Exists(PidFile).ShouldBeTrue();
        _node.Fake("started").ShouldBeEmpty();
        _node.RestoreOf("r1", "20261122-140000F").Error.ShouldContain("a server that this runbook did not start");
        File.Exists(PidFile).ShouldBeTrue();
    }

    [Fact]
    public void Our_own_is_removed_once_the_last_process_has_ended()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        HasRecord(pid: 4711, started: now);
        HasPidFile(pid: 4711, started: now + 1);
        _node.Run("serve.sh", []).Output.ShouldContain("removing the stale postmaster.pid");
        _node.Fake("started").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_killed_server_is_started_again_at_once_and_when_that_repeats_by_Nomad()
    {
        _node.SetFake("serve", "");
        using var task = _node.Begin("serve.sh", []);
        await task.Says("serving");
        Kill();
        await task.Says("ended by signal 9: starting it again at once");
        await task.Says("serving");
        Kill();
        (await task.End()).Code.ShouldBe(Said.Killed);
    }

    [Fact]
    public async Task The_next_allocation_of_a_job_stops_a_server_that_lost_its_task()
    {
        _node.SetFake("serve", "");
        using var orphan = _node.Begin("serve.sh", [], ("NOMAD_JOB_ID", "postgres"), ("NOMAD_ALLOC_ID", "before"));
        await orphan.Says("serving");
        using var next = _node.Begin("serve.sh", [], ("NOMAD_JOB_ID", "postgres"), ("NOMAD_ALLOC_ID", "after"));
        await next.Says("the server of job postgres (allocation before");
        await next.Says("serving");
        (await orphan.End()).Code.ShouldBe(0);
        _node.Fake("signals").ShouldBe("INT\n");
        next.Signal("INT", group: false);
        (await next.End()).Code.ShouldBe(0);
    }

    [Fact]
    public void A_cluster_that_the_runbook_did_not_make_is_not_adopted()
    {
        File.Delete(Path.Combine(_node.State, "cluster"));
        var said = _node.Run("serve.sh", []);
        said.Code.ShouldBe(3);
        said.Error.ShouldContain("a cluster that this runbook did not make (system identifier 7711027602855647948): ./build.sh Import --take-over");
        _node.Fake("started").ShouldBeEmpty();

        _node.Run("operate.sh", [], ("NOMAD_META_operation", "take-cluster"), ("NOMAD_META_argument", "1")).Code.ShouldBe(3);
        _node.Run("operate.sh", [], ("NOMAD_META_operation", "take-cluster"), ("NOMAD_META_argument", "7711027602855647948")).Code.ShouldBe(0);
        _node.Run("serve.sh", []).Code.ShouldBe(0);
    }

    [Fact]
    public void What_a_version_before_the_mark_has_started_is_the_runbooks()
    {
        File.Delete(Path.Combine(_node.State, "cluster"));
        Directory.CreateDirectory(Path.Combine(_node.State, "conf"));
        File.WriteAllText(Path.Combine(_node.State, "conf", "pg_hba.conf"), "");
        _node.Run("serve.sh", []).Code.ShouldBe(0);
        File.ReadAllText(Path.Combine(_node.State, "cluster")).Trim().ShouldBe("7711027602855647948");
    }

    [Fact]
    public void A_standby_signal_of_nobody_is_named_and_not_waited_for()
    {
        File.WriteAllText(Path.Combine(_node.Data, "standby.signal"), "");
        var said = _node.Run("serve.sh", []);
        said.Code.ShouldBe(3);
        said.Error.ShouldContain("standby.signal is not the runbook's");
    }

    private void Kill()
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-KILL", File.ReadLines(PidFile).First()]);
        kill.WaitForExit();
    }

    private void HasRecord(int pid, long started)
    {
        File.WriteAllLines(Path.Combine(_node.State, "server"), [$"pid={pid}", "namespace=pid:[1]", "job=postgres", "allocation=before", $"started={started}"]);
        File.WriteAllText(Path.Combine(_node.State, "server.lock"), "");
    }

    private void HasPidFile(int pid, long started) => File.WriteAllLines(
        PidFile, [$"{pid}", _node.Data, started.ToString(CultureInfo.InvariantCulture), "54399", "/run/elsewhere", "localhost", "  5432001    65538", "ready   "]);

    // Lines of /proc/self/mountinfo; the last mount of a place is the one that is seen.
    [Theory]
    [InlineData("/srv/postgres/data", "elsewhere"), InlineData("/", "elsewhere"), InlineData("@", "here"), InlineData(null, "here")]
    public void A_path_of_a_task_is_known_to_be_another_one_on_the_host(string? root, string said)
    {
        var volume = _node.At("volume");
        // Below the mount point of its file system the same place has the end of its path for a root.
        var line = root is null ? "" : $"40 36 254:0 {(root == "@" ? volume[volume.IndexOf('/', 1)..] : root)} {volume} rw - ext4 /dev/vda rw\n";
        File.WriteAllText(_node.At("mounts"), "36 1 254:0 / / rw - ext4 /dev/vda rw\n" + line);
        _node.Shell($"mounts={_node.At("mounts")}; if same_on_host; then echo here; else echo elsewhere; fi").Output.Trim().ShouldBe(said);
    }
}

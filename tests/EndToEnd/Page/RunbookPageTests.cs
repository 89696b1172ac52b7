using System.Text.Json.Nodes;
using Shouldly;
using Tests.Settings;
using Xunit;

namespace Tests.EndToEnd.Page;

/// <summary>docs/runbook.md, as a person on call would follow it: each disaster is made to happen, and what the page says is typed.</summary>
public sealed class RunbookPageTests
{
    [Fact]
    public async Task What_it_types_works_and_prints_what_it_shows()
    {
        var sessions = Session.Of(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "runbook.md"), Wait.Token));
        await using var cluster = new OnCall();
        await cluster.BeginAsync();
        foreach (var session in sessions)
        {
            OnCall.Scenes.ShouldContainKey(session.Heading, "a session that nothing stages");
            var scene = await OnCall.Scenes[session.Heading](cluster);
            await scene.PlayAsync(session);
        }
        // And the other way round: nothing is staged for a page that has gone.
        OnCall.Scenes.Keys.ShouldBe(sessions.Select(s => s.Heading), ignoreOrder: true);
    }

    /// <summary>One cluster with orders in it, to which one disaster happens after the other.</summary>
    private sealed class OnCall : IAsyncDisposable
    {
        private readonly GatedCluster _cluster = new();
        private readonly List<Checkout> _others = [];
        private Checkout? _moved;

        private Checkout At => _moved ?? _cluster.Checkout;

        public static Dictionary<string, Func<OnCall, Task<Scene>>> Scenes { get; } = new(StringComparer.Ordinal)
        {
            ["Clients cannot connect"] = c => c.StoppedByHand(),
            ["The server does not start: its files are damaged"] = c => c.DamagedFiles(),
            ["A wrong DELETE was committed at 14:03"] = c => c.WrongDelete(),
            ["The restore was a mistake"] = c => Task.FromResult(new Scene(c.At)),
            ["The disk is full"] = c => Task.FromResult(c.FullDisk()),
            ["WAL is not archived"] = c => c.ArchiveFails(),
            ["The bucket, or the repository's disk, is gone"] = c => Task.FromResult(c.RepositoryLost()),
            ["A restore was interrupted, or the operator's machine is gone"] = c => c.OperatorLost(),
            ["By hand, without this runbook"] = c => c.ByHand(),
            ["The host is gone for good"] = c => c.HostLost(),
        };

        public async Task BeginAsync()
        {
            await _cluster.InitializeAsync();
            await At.Sql("create table orders as select generate_series(1, 1000) as id");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var other in _others)
                await other.DisposeAsync();
            await _cluster.DisposeAsync();
        }

        private async Task<Scene> StoppedByHand()
        {
            (await At.Nomad("job", "stop", "-detach", "postgres")).ExitCode.ShouldBe(0);
            await Wait.Until("stopped", () => !File.Exists(Path.Combine(At.Data, "postmaster.pid")));
            return new Scene(At);
        }

        private async Task<Scene> DamagedFiles()
        {
            Processes.Signal(At.ServerProcess, Processes.Kill);
            File.WriteAllBytes(Path.Combine(At.Data, "global", "pg_control"), new byte[8192]);
            // It is started again at once, and ends then: only the next look at the log has the line that tells how.
            await Wait.Until("ended", async () => (await At.Run(0, "Logs")).Out.Contains("Terminated", StringComparison.Ordinal), 120);
            return new Scene(At);
        }

        private async Task<Scene> WrongDelete()
        {
            var before = await At.Sql("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') || 'Z'");
            // A time has to be behind the last commit that is wanted: the clock of the page has whole seconds, ours has less.
            await At.Sql("select pg_sleep(0.2); delete from orders where id > 10");
            await At.Sql("create table later (id int); select pg_switch_wal()");
            return new Scene(At).Means("2026-11-22 14:02:59Z", before);
        }

        private Scene FullDisk()
        {
            _cluster.Gate.Disk(1_000_000);
            return new Scene(At).On("kept copies are gone: there is room again", () =>
            {
                _cluster.Gate.Open();
                return Task.CompletedTask;
            });
        }

        private async Task<Scene> ArchiveFails()
        {
            var away = new Aside(Path.Combine(At.Sandbox, "repository"));
            await At.Sql("create table waits (id int); select pg_switch_wal()");
            await Wait.Until("failed", async () => await At.Sql("select failed_count > 0 from pg_stat_archiver") == "t", 120);
            return new Scene(At).On("the storage is fixed; PostgreSQL tries again within a minute", async () =>
            {
                away.Dispose();
                await Wait.Until("archived", async () => await At.Sql("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'") == "0", 180);
            });
        }

        private Scene RepositoryLost()
        {
            var repository = Path.Combine(At.Sandbox, "repository");
            var lost = Directory.GetDirectories(repository);
            foreach (var folder in lost)
                Directory.Delete(folder, recursive: true);
            lost.ShouldNotBeEmpty();
            return new Scene(At).On("an empty bucket of that name exists again", () => Task.CompletedTask);
        }

        private async Task<Scene> OperatorLost()
        {
            await At.Run(0, "Discard", "--id", "all", "--yes");
            _cluster.Gate.Freeze("restore", 300);
            using (var run = At.Start("Restore", "--backup-set", "latest"))
            {
                await _cluster.Gate.Reached(run);
                run.Signal(Processes.Kill);
                await run.End();
                await _cluster.Gate.Kill();
            }
            var other = Other();
            File.Copy(At.Profile, other.Profile, overwrite: true);
            Directory.CreateDirectory(Path.GetDirectoryName(other.Sandbox)!);
            Directory.CreateSymbolicLink(other.Sandbox, At.Sandbox);
            other.Variables["PATH"] = At.Variables["PATH"];
            return new Scene(other);
        }

        private async Task<Scene> ByHand()
        {
            await At.Sql("select pg_switch_wal()");
            var folder = Path.Combine(At.Sandbox, "data");
            return new Scene(At).Means("escrow.txt", Path.Combine(folder, "escrow.txt")).Means("by-hand.sh", Path.Combine(folder, "by-hand.sh"))
                .Means("DIR=/var/lib/postgresql/by-hand", $"DIR={folder}/by-hand PORT={At.Port}").Means("-h /var/lib/postgresql/by-hand", $"-h {folder}/by-hand -p {At.Port}")
                .Means("/var/lib/postgresql/by-hand/data", $"{folder}/by-hand/data");
        }

        private async Task<Scene> HostLost()
        {
            // Apart: in one call they are one transaction, and its commit would come behind the switch, where nothing archives it.
            await At.Sql("insert into orders values (1001)");
            await At.Sql("select pg_switch_wal()");
            await Wait.Until("archived", async () => await At.Sql("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'") == "0", 120);
            var repository = Path.Combine(At.Sandbox, "repository");
            Processes.End(At.Path);
            var other = Other();
            File.Copy(At.Profile, other.Profile, overwrite: true);
            other.Configure(p => p["pgbackrest"]!["repositories"]![0]!["path"] = JsonValue.Create(repository));
            _moved = other;
            return new Scene(other);
        }

        private Checkout Other()
        {
            var other = new Checkout();
            _others.Add(other);
            return other;
        }
    }
}

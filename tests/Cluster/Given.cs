using System.Collections.Immutable;
using Runbook.Cluster;
using Runbook.Nomad;
using Runbook.Render;
using Runbook.Settings;
using Runbook.Wal;

namespace Tests.Cluster;

/// <summary>A cluster that runs and has one good backup set: each test changes the one thing that it is about.</summary>
internal static class Given
{
    public const string System = "7711027602855647948";
    public const string RestoreJob = "pgbackrest-restore";
    public const string RestoreChild = "pgbackrest-restore/dispatch-1";
    public const string Label = "20261122-140000F";

    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static ClusterSettings Settings { get; } = new()
    {
        Nomad = new() { Datacenter = "dc1" },
        Postgres = new() { Version = 15, ListenAddresses = "localhost" },
        Pgbackrest = new() { Stanza = "db", Repositories = [new() { Type = RepositoryType.Posix, Path = "/repo" }] },
    };

    public static ClusterSettings WithoutBackups { get; } = Settings with { Pgbackrest = new() };

    public static BackupSet Set { get; } = new(
        Label, BackupType.Full, Noon, Noon.AddMinutes(1), 1_000_000_000, 200_000_000,
        "000000010000000000000004", "000000010000000000000005", "0/5000100", "", [], Error: false, "15-1");

    public static RepositoryInfo Repository { get; } = new(Status(0), false, [Set], System, "15", "000000010000000000000009");

    /// <summary>The one repository, as pgBackRest says it with this code.</summary>
    public static ImmutableArray<RepositoryStatus> Status(int code) =>
        [new(1, code, code switch { 0 => "ok", 1 => "missing stanza path", 2 => "no valid backups", _ => "other" }, "none", code == 1 ? "" : System, code == 1 ? "" : "15")];

    public static NodeFacts Node { get; } = new()
    {
        Node = "db-1",
        PostgresVersion = "15.18",
        PgbackrestVersion = "2.45",
        DiskFree = 5_000_000_000,
        DataPresent = true,
        DataVersion = "15",
        DataBytes = 900_000_000,
        SystemIdentifier = System,
        Timeline = 1,
        Recovering = false,
        Repository = Repository,
        InitFingerprint = "init",
        ConfPresent = true,
    };

    public static ClusterFacts Running { get; } = new()
    {
        ServerJob = "postgres",
        RestoreJob = RestoreJob,
        Jobs = Jobs("postgres", "pgbackrest", "pgbackrest-full", "pgbackrest-incr"),
        Allocations = [Allocation("postgres", "running")],
        Node = Node,
    };

    public static ClusterFacts Stopped { get; } = Running with
    {
        Jobs = Running.Jobs.SetItem("postgres", Running.Jobs["postgres"] with { Stopped = true }),
        Allocations = [Allocation("postgres", "complete")],
        Node = Node with { Recovering = null },
    };

    public static ClusterFacts Absent { get; } = new() { ServerJob = "postgres", RestoreJob = RestoreJob };

    public static ImmutableDictionary<string, JobRow> Jobs(params string[] ids) =>
        ids.ToImmutableDictionary(id => id, id => new JobRow(id, "running", Stopped: false));

    public static NomadAllocation Allocation(string job, string status, params NomadTaskEvent[] events) => new(
        $"{job.GetHashCode(StringComparison.Ordinal):x8}-0000-0000-0000-000000000000", job, "db-1", status, "run", 1,
        [new NomadTask(job.Split('/')[0], status is "running" or "pending" ? status : "dead", false, [.. events])]);

    public static NomadTaskEvent Ended(int exitCode, int signal = 0, bool outOfMemory = false, DateTimeOffset? at = null) =>
        new("Terminated", at ?? Noon, exitCode, signal, outOfMemory, $"Exit Code: {exitCode}");

    /// <summary>A task that waits for a Nomad variable, as Nomad says so.</summary>
    public static NomadTaskEvent Missing(string path) => new("Template", Noon, 0, 0, false, $"Missing: nomad.var.block({path}@default.global)");

    /// <summary>The running cluster with the node changed.</summary>
    public static ClusterFacts With(Func<NodeFacts, NodeFacts> change) => Running with { Node = change(Node) };

    /// <summary>The stopped cluster with a restore under way.</summary>
    public static ClusterFacts Restoring(string phase, string set = Label, string target = "immediate", long copied = 0) =>
        Stopped with { Node = Stopped.Node! with { Restore = Restore(phase, set, target, copied) } };

    public static RestoreState Restore(string phase, string set = Label, string target = "immediate", long copied = 0) =>
        new("20261122-150000", set, target, phase) { Operator = "ann@desk", StartedAt = "2026-11-22T15:00:00Z", BytesCopied = copied };

    /// <summary>A directory that a restore has kept, a number of days ago.</summary>
    public static KeptDirectory Kept(string id, int daysAgo) =>
        new(id, 800_000_000, Noon.AddDays(-daysAgo), $"/var/lib/postgresql/15/main.kept-{id}");

    public static JobChange Change(JobRole role, string id, bool changed = true, ulong index = 7) =>
        new(new RenderedJob(id, id + ".nomad.hcl", role, $"job \"{id}\" {{}}"), new NomadPlan(changed, index, ""));
}

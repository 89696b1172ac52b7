using Runbook.Checks;
using Runbook.Cluster;
using Runbook.Settings;
using Runbook.Wal;
using Tests.Cluster;
using Tests.Restore;

namespace Tests.Checks;

/// <summary>A healthy cluster, three hours after its one backup: each test changes the one thing that it is about.</summary>
internal static class GivenHealth
{
    public static readonly DateTimeOffset Now = Given.Noon.AddHours(3);

    public static HealthFacts Facts { get; } = new()
    {
        Now = Now,
        Server = Server(10),
        Archived = [Wal(1, 4, 9)],
        Rooms = [new("data", 50_000_000_000, 100_000_000_000, "/var/lib/postgresql"), new("repository1", 900_000_000_000, 1_000_000_000_000, "/repo")],
    };

    public static ClusterFacts Cluster { get; } = Given.Running with
    {
        Jobs = Given.Jobs("postgres", "pgbackrest", "pgbackrest-full", "pgbackrest-incr", "pgbackrest-check"),
        Node = Given.Node with
        {
            Repositories = Given.Status(0), Health = Facts, Check = new PeriodicCheck(Now.AddMinutes(-43), "ok", []),
        },
    };

    /// <summary>Two repositories that hold the same.</summary>
    public static ClusterSettings Two { get; } = Settings(p => p with
    {
        Repositories = [p.Repositories[0], new RepositorySettings { Type = RepositoryType.S3, S3 = new S3Settings { Bucket = "b", Endpoint = "e", Region = "r" } }],
    });

    public static ClusterSettings Settings(Func<PgbackrestSettings, PgbackrestSettings> change) => Given.Settings with { Pgbackrest = change(Given.Settings.Pgbackrest) };

    public static HealthLook Look(ClusterFacts? facts = null, ClusterSettings? settings = null) => new(settings ?? Given.Settings, facts ?? Cluster, Now);

    public static HealthLook Node(Func<NodeFacts, NodeFacts> change, ClusterSettings? settings = null) => Look(Cluster with { Node = change(Cluster.Node!) }, settings);

    public static HealthLook Health(Func<HealthFacts, HealthFacts> change, ClusterSettings? settings = null) => Node(n => n with { Health = change(Facts) }, settings);

    public static HealthLook Sets(params BackupSet[] sets) => Node(n => n with { Repository = Given.Repository with { Sets = [.. sets] } });

    public static ServerHealth Server(int segment, uint timeline = 1) => new(false, GivenRestore.Segment(timeline, segment), 0, false, null, "", 0);

    /// <summary>Segments of a timeline in a repository, archived a minute apart from noon on.</summary>
    public static WalRange Wal(uint timeline, int from, int to, int repository = 1, string archiveId = "15-1") =>
        new(GivenRestore.Segment(timeline, from), GivenRestore.Segment(timeline, to), Given.Noon.AddMinutes(to), repository, archiveId);

    public static RepositoryStatus Status(int number, int code, string message = "ok") => new(number, code, message, "none", Given.System, "15");

    /// <summary>Level, name and words of the findings.</summary>
    public static string Told(this IEnumerable<Finding> findings) =>
        string.Join('\n', findings.Select(f => $"{f.Level} {f.Check}: {f.Measured} | {f.Next}"));

}

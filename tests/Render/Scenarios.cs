using Runbook.Render;
using Runbook.Settings;

namespace Tests.Render;

/// <summary>The configurations whose jobs are held as approved files.</summary>
internal static class Scenarios
{
    private static readonly NomadSettings Exec = new() { Datacenter = "dc1" };

    private static readonly NomadSettings RawExec = new() { Datacenter = "dc1", Driver = TaskDriver.RawExec };

    public static IReadOnlyDictionary<string, ClusterSettings> All { get; } = new Dictionary<string, ClusterSettings>
    {
        ["no-repository"] = new() { Nomad = RawExec, Postgres = new() { Version = 15 } },
        ["posix-raw-exec"] = new()
        {
            Nomad = RawExec with { Node = "db-1" },
            Postgres = new() { Version = 15, OsUser = "runner", Port = 15432, Cpu = 100, Memory = 256 },
            Volumes = new()
            {
                Data = new("postgres-data", "/srv/my sandbox/data"),
                Socket = new("postgres-socket", "/srv/my sandbox/socket"),
                Log = new("postgres-log", "/srv/my sandbox/log"),
            },
            Pgbackrest = new() { Repositories = [new() { Type = RepositoryType.Posix, Path = "/srv/my sandbox/repository" }] },
        },
        ["posix-exec"] = new()
        {
            Nomad = Exec with { Region = "global", Namespace = "default" },
            Postgres = new() { Version = 15 },
            Pgbackrest = new() { Repositories = [new() { Type = RepositoryType.Posix, Volume = "pgbackrest" }] },
        },
        ["posix-exec2"] = new()
        {
            Nomad = Exec with { Driver = TaskDriver.Exec2 },
            Postgres = new() { Version = 15 },
            Pgbackrest = new() { Repositories = [new() { Type = RepositoryType.Posix, Volume = "pgbackrest" }] },
        },
        ["s3"] = new()
        {
            Nomad = Exec,
            Postgres = new() { Version = 15 },
            Pgbackrest = new()
            {
                JobName = "backup",
                ProcessMax = 4,
                CompressType = CompressType.Lz4,
                Repositories =
                [
                    S3(Secret("env:S3_KEY"), Secret("{{ with secret \"kv/data/s3\" }}{{ .Data.data.secret }}{{ end }}")) with
                    {
                        Retention = new() { Full = 2, Diff = 7 },
                    },
                ],
                Schedules = new()
                {
                    Full = new() { Cron = "0 3 * * SUN", TimeZone = "Europe/Berlin" },
                    Diff = new() { Cron = "0 3 * * MON-SAT" },
                    Incr = new() { Cron = "@hourly" },
                },
            },
        },
        ["several-repositories"] = new()
        {
            Nomad = Exec,
            Postgres = new() { Version = 15 },
            Pgbackrest = new()
            {
                ArchivePushQueueMax = 4096,
                Check = new() { Cron = "" },
                Repositories =
                [
                    new() { Type = RepositoryType.Posix, Volume = "pgbackrest", Retention = new() { FullType = RetentionType.Time, Full = 14 } },
                    S3(Secret("{{ key \"s3/key\" }}"), Secret("{{ key \"s3/secret\" }}")) with { CipherPassphrase = Secret("{{ key \"s3/cipher\" }}") },
                    new()
                    {
                        Type = RepositoryType.Azure,
                        Azure = new() { Account = "acme", Container = "backups", Key = Secret("env:AZURE_KEY"), Endpoint = "https://azurite:10000", PathStyle = true },
                        Tls = new() { TrustAnyCertificate = true },
                        Retention = new() { Archive = 2, ArchiveType = ArchiveRetentionType.Diff },
                    },
                    new()
                    {
                        Type = RepositoryType.Sftp, Block = true,
                        Sftp = new() { Host = "backup.example.com", User = "pgbackrest", PrivateKeyFile = "/etc/pgbackrest/id_ed25519", HostFingerprint = new string('a', 64) },
                    },
                ],
            },
        },
        ["gcs-exec2"] = new()
        {
            Nomad = Exec with { Driver = TaskDriver.Exec2 },
            Postgres = new() { Version = 15 },
            Pgbackrest = new()
            {
                Repositories =
                [
                    new() { Type = RepositoryType.Gcs, Gcs = new() { Bucket = "backups", KeyFile = "/etc/pgbackrest/gcs.json" } },
                    new() { Type = RepositoryType.Gcs, Gcs = new() { Bucket = "elsewhere" } },
                ],
            },
        },
        ["tls"] = new()
        {
            Nomad = Exec,
            Postgres = new()
            {
                Version = 15,
                Tls = new()
                {
                    Mode = CertificateSource.Given, AllowPlain = true, Certificate = Secret("{{ with nomadVar \"db/tls\" }}{{ .certificate }}{{ end }}"),
                    Key = Secret("{{ with nomadVar \"db/tls\" }}{{ .key }}{{ end }}"), Ca = Secret("env:CLIENT_CA"),
                },
            },
        },
        ["tls-self-signed"] = new()
        {
            Nomad = RawExec,
            Postgres = new() { Version = 15, SuperuserOverTcp = true, Tls = new() { Mode = CertificateSource.SelfSigned, Names = ["db.example.com", "10.0.0.5"] } },
        },
        ["consul-service"] = new()
        {
            Nomad = Exec,
            Postgres = new() { Version = 15 },
            Consul = new() { ServiceName = "db" },
        },
        ["consul-connect"] = new()
        {
            Nomad = Exec,
            Postgres = new() { Version = 15 },
            Consul = new() { ServiceName = "db", Connect = true },
        },
        ["several-databases"] = new()
        {
            Nomad = RawExec,
            Postgres = new()
            {
                Version = 15,
                JobName = "shop-db",
                SuperuserPassword = Secret("{{ key \"shop/superuser\" }}"),
                Databases =
                [
                    new() { Name = "shop" },
                    new() { Name = "it's \"odd\" ${x} %{y}", User = "shop", CreateUser = false },
                    new() { Name = "reports", User = "reader", Password = Secret("{{ key \"shop/reader\" }}") },
                    new() { Name = "stock", Password = Secret("env:STOCK_PASSWORD") },
                ],
                InitScript = "select '{{1,2},{3,4}}'::int[], '${x} %{y}';\nEOT\n",
                Settings = new Dictionary<string, string>
                {
                    ["shared_buffers"] = "64MB",
                    ["log_line_prefix"] = "%m it's a \\ ",
                },
                Hba = ["hostssl shop shop 10.0.0.0/8 scram-sha-256"],
            },
        },
    };

    /// <summary>The configurations whose root module for Terraform is held as approved files.</summary>
    public static IReadOnlyDictionary<string, ClusterSettings> Terraform { get; } = new Dictionary<string, ClusterSettings>
    {
        ["terraform-local"] = All["no-repository"] with { Nomad = RawExec with { Engine = Engine.Terraform } },
        ["terraform-s3"] = All["s3"] with
        {
            Nomad = Exec with { Engine = Engine.Terraform, PurgeOnStop = true },
            Terraform = new()
            {
                ProviderVersion = "~> 2.3",
                Backend = new()
                {
                    Type = "s3",
                    Settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["bucket"] = "acme-\"state\" ${x}", ["key"] = "postgres/shop.tfstate", ["region"] = "eu-central-1", ["use_lockfile"] = "true",
                    },
                },
            },
        },
    };

    public static RepositorySettings S3(SecretReference key, SecretReference keySecret) => new()
    {
        Type = RepositoryType.S3,
        Tls = new() { CaFile = "/etc/ssl/certs/minio.pem" },
        S3 = new()
        {
            Endpoint = "https://minio.example.com:9000",
            Bucket = "backups",
            Region = "eu-1",
            PathStyle = true,
            Key = key,
            KeySecret = keySecret,
        },
    };

    public static SecretReference Secret(string text) =>
        SecretReference.Parse(text, out var reference) is { } problem ? throw new ArgumentException(problem, nameof(text)) : reference!;

    /// <summary>Every job of a scenario, with the lock; for servers of which this is the oldest version.</summary>
    public static IReadOnlyList<RenderedJob> Render(string scenario, string templates, Version? oldest = null)
    {
        var renderer = new JobRenderer(templates);
        var meta = new Dictionary<string, string>
        {
            ["holder"] = "Ada \"Countess\" ${user}",
            ["host"] = "ops-1",
            ["since"] = "2026-11-22T14:00:00Z",
            ["target"] = "Restore",
        };
        return [.. renderer.Render(All[scenario], oldest), renderer.RenderLock(All[scenario], meta)];
    }
}

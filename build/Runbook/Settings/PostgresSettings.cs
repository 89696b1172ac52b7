namespace Runbook.Settings;

/// <summary>The server, its databases and users.</summary>
public sealed record PostgresSettings
{
    /// <summary>Major version of PostgreSQL; its packages must be installed on the node.</summary>
    [Setting(Minimum = 13, Maximum = 18, Replaces = "postgres_version")]
    public required int Version { get; init; }

    /// <summary>Name of the cluster in Debian's sense: the last part of the data directory.</summary>
    [Setting(NotEmpty = true, Replaces = "postgres_cluster_name")]
    public string Cluster { get; init; } = "main";

    /// <summary>Port of the server, on TCP and in the name of its socket.</summary>
    [Setting(Minimum = 1, Maximum = 65535, Replaces = "postgres_port")]
    public int Port { get; init; } = 5432;

    /// <summary>Addresses the server listens on, separated by commas; <c>*</c> is all. Empty: the socket only.</summary>
    public string ListenAddresses { get; init; } = "*";

    /// <summary>Encryption of the connections between clients and the server.</summary>
    public ServerTlsSettings Tls { get; init; } = new();

    /// <summary>Whether the superuser <c>postgres</c> may log in over TCP, with its password. Otherwise it is let in on the node alone, through the socket, or by a line of <c>postgres.hba</c>.</summary>
    public bool SuperuserOverTcp { get; init; }

    /// <summary>Name of the server's job; also what is typed to confirm <c>Destroy</c>.</summary>
    [Setting(NotEmpty = true, Replaces = "postgres_job_name")]
    public string JobName { get; init; } = "postgres";

    /// <summary>Name of the job that creates databases and users.</summary>
    [Setting(NotEmpty = true, Replaces = "postgres_init_job_name")]
    public string InitJobName { get; init; } = "postgres-init";

    /// <summary>System user that runs every task and owns the data.</summary>
    [Setting(NotEmpty = true)]
    public string OsUser { get; init; } = "postgres";

    /// <summary>Directory of the server's programs.</summary>
    [Setting(DefaultText = "/usr/lib/postgresql/<version>/bin")]
    public string BinDirectory
    {
        get => field.Length > 0 ? field : $"/usr/lib/postgresql/{Version}/bin";
        init;
    } = "";

    /// <summary>Locale of a new cluster; used once, when the data directory is empty. The node must have it.</summary>
    [Setting(NotEmpty = true)]
    public string Locale { get; init; } = "C.UTF-8";

    /// <summary>Whether a new cluster has data checksums; used once, when the data directory is empty.</summary>
    public bool Checksums { get; init; } = true;

    /// <summary>Password of the superuser <c>postgres</c>. Empty: generated on the node.</summary>
    [Setting(MayBeGenerated = true, Replaces = "postgres_superuser_password")]
    public SecretReference SuperuserPassword { get; init; } = SecretReference.Generated;

    /// <summary>Databases to create, each with its owner.</summary>
    [Setting(Replaces = "postgres_init")]
    public IReadOnlyList<DatabaseSettings> Databases { get; init; } = [];

    /// <summary>SQL that runs after the databases exist, as the superuser in the database <c>postgres</c>; or <c>@path/to/file.sql</c>, relative to the repository. It may run more than once, so it must bear that.</summary>
    [Setting(Replaces = "postgres_init_script")]
    public string InitScript { get; init; } = "";

    /// <summary>Further lines of <c>postgresql.conf</c>, name and value; they win over the runbook's own. Those that the runbook depends on are refused. <c>Deploy</c> applies what PostgreSQL can reload without a restart; others, those of extensions among them, restart the server.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Further lines of <c>pg_hba.conf</c>; they stand after the superuser's own line and before the general ones, and the first line that fits decides. <c>Deploy</c> applies them without a restart.</summary>
    public IReadOnlyList<string> Hba { get; init; } = [];

    /// <summary>Processor share of the server.</summary>
    [Setting(Unit = "MHz", Minimum = 20, Maximum = 1_000_000)]
    public int Cpu { get; init; } = 500;

    /// <summary>Memory of the server; under <c>exec</c> and <c>exec2</c> the kernel kills what goes beyond.</summary>
    [Setting(Unit = "MB", Minimum = 128, Maximum = 16_777_216)]
    public int Memory { get; init; } = 1024;

    /// <summary>How long a stopping server may take for its last checkpoint and WAL before it is killed. A Nomad client caps it with its own <c>max_kill_timeout</c> (30 s unless raised).</summary>
    [Setting(Minimum = 5, Maximum = 86_400)]
    public TimeSpan KillTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a starting server may take, crash recovery included, before the deployment counts as failed.</summary>
    [Setting(Minimum = 15, Maximum = 86_400)]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>A database and the user that owns it.</summary>
public sealed record DatabaseSettings
{
    /// <summary>Name of the database; any name of up to 63 bytes, quoted wherever it is used.</summary>
    [Setting(NotEmpty = true, Replaces = "postgres_init[].database")]
    public required string Name { get; init; }

    /// <summary>Owner of the database.</summary>
    [Setting(DefaultText = "the database's name", Replaces = "postgres_init[].user")]
    public string User
    {
        get => field.Length > 0 ? field : Name;
        init;
    } = "";

    /// <summary>Password of the user. Empty: generated on the node.</summary>
    [Setting(MayBeGenerated = true, Replaces = "postgres_init[].password")]
    public SecretReference Password { get; init; } = SecretReference.Generated;

    /// <summary>Whether the user is created and its password kept as configured; otherwise it must exist.</summary>
    [Setting(Replaces = "postgres_init[].create_user")]
    public bool CreateUser { get; init; } = true;
}

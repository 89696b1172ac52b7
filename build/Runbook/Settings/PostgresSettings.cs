namespace Runbook.Settings;

/// <summary>The server, its databases and users.</summary>
public sealed record PostgresSettings
{
    /// <summary>Major version of PostgreSQL. Its packages must be installed on the node.</summary>
    [Setting(Minimum = 13, Maximum = 18, Replaces = "postgres_version")]
    public required int Version { get; init; }

    /// <summary>Name of the cluster as Debian uses it: the last part of the data directory.</summary>
    [Setting(NotEmpty = true, Replaces = "postgres_cluster_name")]
    public string Cluster { get; init; } = "main";

    /// <summary>Port of the server, for TCP and in the name of its socket.</summary>
    [Setting(Minimum = 1, Maximum = 65535, Replaces = "postgres_port")]
    public int Port { get; init; } = 5432;

    /// <summary>Addresses on which the server listens, separated by commas. <c>*</c>: all addresses. Empty: the socket only.</summary>
    public string ListenAddresses { get; init; } = "*";

    /// <summary>Encryption of the connections between clients and the server.</summary>
    public ServerTlsSettings Tls { get; init; } = new();

    /// <summary>
    /// Login of the superuser <c>postgres</c> over TCP. <c>true</c>: allowed with its password. <c>false</c>: only on the node through the socket, or
    /// by a line of <c>postgres.hba</c>.
    /// </summary>
    public bool SuperuserOverTcp { get; init; }

    /// <summary>Name of the server's job. It is also what you type to confirm <c>Destroy</c>.</summary>
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

    /// <summary>Locale of a new cluster. Used once, when the data directory is empty. The node must have it.</summary>
    [Setting(NotEmpty = true)]
    public string Locale { get; init; } = "C.UTF-8";

    /// <summary>Data checksums of a new cluster. Used once, when the data directory is empty.</summary>
    public bool Checksums { get; init; } = true;

    /// <summary>Password of the superuser <c>postgres</c>. Empty: generated on the node.</summary>
    [Setting(MayBeGenerated = true, Replaces = "postgres_superuser_password")]
    public SecretReference SuperuserPassword { get; init; } = SecretReference.Generated;

    /// <summary>Databases to create, each with its owner.</summary>
    [Setting(Replaces = "postgres_init")]
    public IReadOnlyList<DatabaseSettings> Databases { get; init; } = [];

    /// <summary>
    /// SQL that runs after the databases exist, as the superuser in the database <c>postgres</c>; or <c>@path/to/file.sql</c>, relative to the root
    /// of the checkout. It may run more than once, so it must be repeatable.
    /// </summary>
    [Setting(Replaces = "postgres_init_script")]
    public string InitScript { get; init; } = "";

    /// <summary>
    /// Lines added to <c>postgresql.conf</c>, name and value. They override the runbook's own values. Settings that the runbook depends on are
    /// refused. <c>Deploy</c> applies what PostgreSQL can reload without a restart. All others, including those of extensions, restart the server.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Lines added to <c>pg_hba.conf</c>, after the superuser's own line and before the general lines. The first line that matches decides.
    /// <c>Deploy</c> applies them without a restart.
    /// </summary>
    public IReadOnlyList<string> Hba { get; init; } = [];

    /// <summary>CPU share of the server.</summary>
    [Setting(Unit = "MHz", Minimum = 20, Maximum = 1_000_000)]
    public int Cpu { get; init; } = 500;

    /// <summary>Memory of the server. With <c>exec</c> and <c>exec2</c> the kernel kills a process that exceeds it.</summary>
    [Setting(Unit = "MB", Minimum = 128, Maximum = 16_777_216)]
    public int Memory { get; init; } = 1024;

    /// <summary>
    /// Time that a stopping server may take for its last checkpoint and WAL before it is killed. A Nomad client limits it to its own
    /// <c>max_kill_timeout</c> (30 s by default).
    /// </summary>
    [Setting(Minimum = 5, Maximum = 86_400)]
    public TimeSpan KillTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time that a starting server may take, including crash recovery, before the deployment counts as failed.</summary>
    [Setting(Minimum = 15, Maximum = 86_400)]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>A database and the user that owns it.</summary>
public sealed record DatabaseSettings
{
    /// <summary>Name of the database: any name of up to 63 bytes. It is quoted wherever it is used.</summary>
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

    /// <summary>
    /// Creation of the user. <c>true</c>: the user is created, and its password is kept as configured. <c>false</c>: the user must exist.
    /// </summary>
    [Setting(Replaces = "postgres_init[].create_user")]
    public bool CreateUser { get; init; } = true;
}

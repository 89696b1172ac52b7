namespace Runbook.Settings;

/// <summary>Where backups and archived WAL are kept.</summary>
public sealed record RepositorySettings
{
    /// <summary>Kind of storage. <c>sftp</c> needs pgBackRest 2.46.</summary>
    public required RepositoryType Type { get; init; }

    /// <summary>Absolute path in the storage.</summary>
    [Setting(NotEmpty = true)]
    public string Path { get; init; } = "/pgbackrest";

    /// <summary>
    /// Name of the Nomad host volume that is mounted at <c>path</c>. Required for type <c>posix</c> with <c>exec</c> and <c>exec2</c>.
    /// </summary>
    public string Volume { get; init; } = "";

    /// <summary>
    /// Passphrase that encrypts everything in the repository (aes-256-cbc). It cannot be changed later. Without it nothing can be restored: keep a
    /// copy outside of this cluster. Empty: no encryption.
    /// </summary>
    [Setting(MayBeEmpty = true, DefaultText = "not encrypted")]
    public SecretReference? CipherPassphrase { get; init; }

    /// <summary>Bundling of small files. <c>true</c>: they are stored together, which needs far fewer requests on object storage.</summary>
    public bool Bundle { get; init; } = true;

    /// <summary>
    /// Block incremental backup. <c>true</c>: only the changed blocks of a changed file are stored. Needs <c>bundle</c> and pgBackRest 2.46.
    /// </summary>
    public bool Block { get; init; }

    /// <summary>Number of backups that are kept.</summary>
    [Setting(Replaces = "backup_schedule")]
    public RetentionSettings Retention { get; init; } = new();

    /// <summary>Verification of the storage's certificate; for <c>s3</c>, <c>azure</c> and <c>gcs</c>.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>Bucket of the repository. Required for type <c>s3</c>, refused for any other.</summary>
    public S3Settings? S3 { get; init; }

    /// <summary>Container of the repository. Required for type <c>azure</c>, refused for any other.</summary>
    public AzureSettings? Azure { get; init; }

    /// <summary>Bucket of the repository. Required for type <c>gcs</c>, refused for any other.</summary>
    public GcsSettings? Gcs { get; init; }

    /// <summary>Server of the repository. Required for type <c>sftp</c>, refused for any other.</summary>
    public SftpSettings? Sftp { get; init; }

    /// <summary>Where it is, in one word for people: <c>s3://bucket/path</c>. It holds no secret.</summary>
    public string Location => Type switch
    {
        RepositoryType.S3 => $"s3://{S3?.Bucket}{Path}",
        RepositoryType.Azure => $"azure://{Azure?.Container}{Path}",
        RepositoryType.Gcs => $"gs://{Gcs?.Bucket}{Path}",
        RepositoryType.Sftp => $"sftp://{Sftp?.Host}{Path}",
        _ => Path,
    };

    /// <summary>Whether the storage is reached over TLS.</summary>
    public bool UsesTls => Type is RepositoryType.S3 or RepositoryType.Azure or RepositoryType.Gcs;

    /// <summary>Files on the node without which the storage cannot be reached.</summary>
    public IEnumerable<string> Files => new[] { Tls.CaFile, Gcs?.KeyFile ?? "", Sftp?.PrivateKeyFile ?? "" }.Where(f => f.Length > 0);

    /// <summary>Whether what is stored can be read only with a passphrase.</summary>
    public bool IsEncrypted => CipherPassphrase is not null;
}

/// <summary>Kind of storage.</summary>
public enum RepositoryType
{
    /// <summary>A directory on the node or on a network file system.</summary>
    Posix,

    /// <summary>A bucket that speaks S3: Amazon, Cloudflare R2, MinIO, Ceph.</summary>
    S3,

    /// <summary>A container of Azure Blob Storage.</summary>
    Azure,

    /// <summary>A bucket of Google Cloud Storage.</summary>
    Gcs,

    /// <summary>A directory on a server that is reached by SFTP.</summary>
    Sftp,
}

namespace Runbook.Settings;

/// <summary>Where backups and archived WAL are kept.</summary>
public sealed record RepositorySettings
{
    /// <summary>Kind of storage. <c>sftp</c> needs pgBackRest 2.46.</summary>
    public required RepositoryType Type { get; init; }

    /// <summary>Absolute path inside the storage.</summary>
    [Setting(NotEmpty = true)]
    public string Path { get; init; } = "/pgbackrest";

    /// <summary>Name of the Nomad host volume that is mounted at <c>path</c>; needed for <c>posix</c> under <c>exec</c> and <c>exec2</c>.</summary>
    public string Volume { get; init; } = "";

    /// <summary>
    /// Passphrase with which everything in the repository is encrypted (aes-256-cbc). It cannot be changed later, and without
    /// it nothing can be restored: keep it outside of this cluster, too. Empty: nothing is encrypted.
    /// </summary>
    [Setting(MayBeEmpty = true, DefaultText = "not encrypted")]
    public SecretReference? CipherPassphrase { get; init; }

    /// <summary>Whether small files are stored together; far fewer requests on object storage.</summary>
    public bool Bundle { get; init; } = true;

    /// <summary>Whether of a changed file only the changed blocks are stored. Needs <c>bundle</c> and pgBackRest 2.46.</summary>
    public bool Block { get; init; }

    /// <summary>How many backups are kept.</summary>
    [Setting(Replaces = "backup_schedule")]
    public RetentionSettings Retention { get; init; } = new();

    /// <summary>How the certificate of the storage is checked; for <c>s3</c>, <c>azure</c> and <c>gcs</c>.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>The bucket; required for type <c>s3</c> and refused for any other.</summary>
    public S3Settings? S3 { get; init; }

    /// <summary>The container; required for type <c>azure</c> and refused for any other.</summary>
    public AzureSettings? Azure { get; init; }

    /// <summary>The bucket; required for type <c>gcs</c> and refused for any other.</summary>
    public GcsSettings? Gcs { get; init; }

    /// <summary>The server; required for type <c>sftp</c> and refused for any other.</summary>
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

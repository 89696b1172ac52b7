namespace Runbook.Config;

/// <summary>Where backups and archived WAL are kept.</summary>
public sealed record RepositorySettings
{
    /// <summary>Kind of storage.</summary>
    public required RepositoryType Type { get; init; }

    /// <summary>Absolute path inside the storage.</summary>
    [Setting(NotEmpty = true)]
    public string Path { get; init; } = "/pgbackrest";

    /// <summary>Name of the Nomad host volume that is mounted at <c>path</c>; needed for <c>posix</c> under <c>exec</c> and <c>exec2</c>.</summary>
    public string Volume { get; init; } = "";

    /// <summary>Whether small files are stored together; far fewer requests on object storage.</summary>
    public bool Bundle { get; init; } = true;

    /// <summary>The bucket; required for type <c>s3</c> and refused for any other.</summary>
    public S3Settings? S3 { get; init; }
}

/// <summary>Kind of storage.</summary>
public enum RepositoryType
{
    /// <summary>A directory on the node or on a network file system.</summary>
    Posix,

    /// <summary>A bucket that speaks S3.</summary>
    S3,
}

/// <summary>A bucket that speaks S3: Amazon, Cloudflare R2, MinIO, Ceph.</summary>
public sealed record S3Settings
{
    /// <summary>Host of the endpoint, with or without <c>https://</c>. pgBackRest speaks TLS only.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_s3_config.endpoint")]
    public required string Endpoint { get; init; }

    /// <summary>Name of the bucket.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_s3_config.bucket")]
    public required string Bucket { get; init; }

    /// <summary>Region of the bucket; <c>auto</c> for Cloudflare R2.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_s3_config.region")]
    public required string Region { get; init; }

    /// <summary>Access key.</summary>
    [Setting(Replaces = "pgbackrest_s3_config.access_key")]
    public required SecretReference Key { get; init; }

    /// <summary>Secret key.</summary>
    [Setting(Replaces = "pgbackrest_s3_config.secret_key")]
    public required SecretReference KeySecret { get; init; }

    /// <summary>Whether the bucket stands in the path instead of the host name, as MinIO and Ceph expect.</summary>
    [Setting(Replaces = "pgbackrest_s3_config.force_path_style")]
    public bool PathStyle { get; init; }

    /// <summary>Port of the endpoint. 0: the one in <c>endpoint</c>, else 443.</summary>
    [Setting(Minimum = 0, Maximum = 65535)]
    public int Port { get; init; }

    /// <summary>File with the certificates to trust, as the task sees it. Empty: the system's.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>Whether the endpoint's certificate is checked.</summary>
    public bool VerifyTls { get; init; } = true;

    /// <summary>The endpoint's host, without scheme and port.</summary>
    public string Host => S3Endpoint.Parse(Endpoint)?.Host ?? Endpoint;

    /// <summary>The endpoint's port after both places where it may stand; 0 where neither names one.</summary>
    public int EffectivePort => Port > 0 ? Port : S3Endpoint.Parse(Endpoint)?.Port ?? 0;
}

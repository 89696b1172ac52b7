namespace Runbook.Settings;

/// <summary>A bucket that speaks S3: Amazon, Cloudflare R2, MinIO, Ceph.</summary>
public sealed record S3Settings
{
    /// <summary>Host of the endpoint, with or without <c>https://</c>. pgBackRest uses TLS only.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_s3_config.endpoint")]
    public required string Endpoint { get; init; }

    /// <summary>Name of the bucket.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_s3_config.bucket")]
    public required string Bucket { get; init; }

    /// <summary>Region of the bucket. For Cloudflare R2: <c>auto</c>.</summary>
    [Setting(NotEmpty = true, Replaces = "pgbackrest_s3_config.region")]
    public required string Region { get; init; }

    /// <summary>Source of the credentials. <c>shared</c>: <c>key</c> and <c>keySecret</c>. <c>auto</c>: the role of the instance (Amazon).</summary>
    public S3KeyType KeyType { get; init; } = S3KeyType.Shared;

    /// <summary>Access key. Required for key type <c>shared</c>.</summary>
    [Setting(MayBeEmpty = true, DefaultText = "none", Replaces = "pgbackrest_s3_config.access_key")]
    public SecretReference? Key { get; init; }

    /// <summary>Secret key. Required for key type <c>shared</c>.</summary>
    [Setting(MayBeEmpty = true, DefaultText = "none", Replaces = "pgbackrest_s3_config.secret_key")]
    public SecretReference? KeySecret { get; init; }

    /// <summary>Place of the bucket's name. <c>true</c>: in the path, as MinIO and Ceph expect. <c>false</c>: in the host name.</summary>
    [Setting(Replaces = "pgbackrest_s3_config.force_path_style")]
    public bool PathStyle { get; init; }

    /// <summary>Port of the endpoint. 0: the port in <c>endpoint</c>, or 443.</summary>
    [Setting(Minimum = 0, Maximum = 65535)]
    public int Port { get; init; }

    /// <summary>The endpoint's host, without scheme and port.</summary>
    public string Host => Settings.Endpoint.Parse(Endpoint)?.Host ?? Endpoint;

    /// <summary>The endpoint's port after both places where it may stand; 0 where neither names one.</summary>
    public int EffectivePort => Port > 0 ? Port : Settings.Endpoint.Parse(Endpoint)?.Port ?? 0;
}

/// <summary>Where the credentials of a bucket come from.</summary>
public enum S3KeyType
{
    /// <summary>From <c>key</c> and <c>keySecret</c>.</summary>
    Shared,

    /// <summary>From the role of the instance (Amazon).</summary>
    Auto,
}

/// <summary>A container of Azure Blob Storage.</summary>
public sealed record AzureSettings
{
    /// <summary>Name of the storage account.</summary>
    [Setting(NotEmpty = true)]
    public required string Account { get; init; }

    /// <summary>Name of the container.</summary>
    [Setting(NotEmpty = true)]
    public required string Container { get; init; }

    /// <summary>Kind of <c>key</c>. <c>shared</c>: the account's key. <c>sas</c>: a shared access signature.</summary>
    public AzureKeyType KeyType { get; init; } = AzureKeyType.Shared;

    /// <summary>Key of the account, or token of a shared access signature.</summary>
    public required SecretReference Key { get; init; }

    /// <summary>Host of the endpoint, with or without <c>https://</c> and a port. Empty: Azure's own endpoint.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Place of the account's name. <c>true</c>: in the path, as an emulator expects. <c>false</c>: in the host name.</summary>
    public bool PathStyle { get; init; }

    /// <summary>The endpoint's host; empty for Azure's own.</summary>
    public string Host => Endpoint.Length == 0 ? "" : Settings.Endpoint.Parse(Endpoint)?.Host ?? Endpoint;

    /// <summary>The endpoint's port; 0 where none is named.</summary>
    public int Port => Endpoint.Length == 0 ? 0 : Settings.Endpoint.Parse(Endpoint)?.Port ?? 0;
}

/// <summary>What the key of an Azure container is.</summary>
public enum AzureKeyType
{
    /// <summary>The key of the account.</summary>
    Shared,

    /// <summary>A shared access signature.</summary>
    Sas,
}

/// <summary>A bucket of Google Cloud Storage.</summary>
public sealed record GcsSettings
{
    /// <summary>Name of the bucket.</summary>
    [Setting(NotEmpty = true)]
    public required string Bucket { get; init; }

    /// <summary>
    /// File with the key of a service account (JSON), on the node as the task sees it. It must belong to <c>postgres.osUser</c> with mode 0600.
    /// Empty: the credentials of the instance.
    /// </summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Host of the endpoint, with or without <c>https://</c> and a port. Empty: Google's own endpoint.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The endpoint as pgBackRest takes it; empty for Google's own.</summary>
    public string Host => Endpoint.Length == 0 ? "" : Settings.Endpoint.Parse(Endpoint) is { } e ? e.Port > 0 ? $"{e.Host}:{e.Port}" : e.Host : Endpoint;
}

/// <summary>A directory on a server that is reached by SFTP.</summary>
public sealed record SftpSettings
{
    /// <summary>Name or address of the server.</summary>
    [Setting(NotEmpty = true)]
    public required string Host { get; init; }

    /// <summary>Port of the server.</summary>
    [Setting(Minimum = 1, Maximum = 65535)]
    public int Port { get; init; } = 22;

    /// <summary>User on the server.</summary>
    [Setting(NotEmpty = true)]
    public required string User { get; init; }

    /// <summary>File with the private key, on the node as the task sees it. It must belong to <c>postgres.osUser</c> with mode 0600.</summary>
    [Setting(NotEmpty = true)]
    public required string PrivateKeyFile { get; init; }

    /// <summary>
    /// SHA-256 fingerprint of the server's host key: 64 hex digits, without colons. <c>ssh-keyscan HOST | ssh-keygen -lf - -E sha256</c> shows it in
    /// base64.
    /// </summary>
    [Setting(NotEmpty = true)]
    public required string HostFingerprint { get; init; }
}

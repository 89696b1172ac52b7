namespace Runbook.Settings;

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

    /// <summary>Where the credentials come from.</summary>
    public S3KeyType KeyType { get; init; } = S3KeyType.Shared;

    /// <summary>Access key; required for key type <c>shared</c>.</summary>
    [Setting(MayBeEmpty = true, DefaultText = "none", Replaces = "pgbackrest_s3_config.access_key")]
    public SecretReference? Key { get; init; }

    /// <summary>Secret key; required for key type <c>shared</c>.</summary>
    [Setting(MayBeEmpty = true, DefaultText = "none", Replaces = "pgbackrest_s3_config.secret_key")]
    public SecretReference? KeySecret { get; init; }

    /// <summary>Whether the bucket stands in the path instead of the host name, as MinIO and Ceph expect.</summary>
    [Setting(Replaces = "pgbackrest_s3_config.force_path_style")]
    public bool PathStyle { get; init; }

    /// <summary>Port of the endpoint. 0: the one in <c>endpoint</c>, else 443.</summary>
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

    /// <summary>What <c>key</c> is.</summary>
    public AzureKeyType KeyType { get; init; } = AzureKeyType.Shared;

    /// <summary>The account's key, or a token.</summary>
    public required SecretReference Key { get; init; }

    /// <summary>Host of the endpoint, with or without <c>https://</c> and a port. Empty: Azure's own.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Whether the account stands in the path instead of the host name, as an emulator expects.</summary>
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
    /// File with the key of a service account (JSON), on the node as the task sees it; it must belong to <c>postgres.osUser</c> with mode 0600. Empty: the
    /// credentials of the instance.
    /// </summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Host of the endpoint, with or without <c>https://</c> and a port. Empty: Google's own.</summary>
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

    /// <summary>Private key, on the node as the task sees it; it must belong to <c>postgres.osUser</c> with mode 0600.</summary>
    [Setting(NotEmpty = true)]
    public required string PrivateKeyFile { get; init; }

    /// <summary>SHA-256 of the server's host key in hex, without colons: <c>ssh-keyscan HOST | ssh-keygen -lf - -E sha256</c> shows it in base64.</summary>
    [Setting(NotEmpty = true)]
    public required string HostFingerprint { get; init; }
}

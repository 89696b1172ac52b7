namespace Runbook.Settings;

/// <summary>What stands in the section of one kind of storage.</summary>
internal static class StorageRules
{
    // SHA-256 in hex.
    private const int FingerprintLength = 64;

    public static void Check(RepositorySettings repository, string path, Problems problems)
    {
        if (repository is { Type: RepositoryType.S3, S3: { } s3 })
            CheckS3(s3, $"{path}.s3", problems);
        if (repository is { Type: RepositoryType.Azure, Azure: { } azure })
        {
            CheckEndpoint(azure.Endpoint, $"{path}.azure.endpoint", mayBeEmpty: true, problems);
            CheckName(azure.Account, $"{path}.azure.account", problems);
            CheckName(azure.Container, $"{path}.azure.container", problems);
        }

        if (repository is { Type: RepositoryType.Gcs, Gcs: { } gcs })
        {
            CheckEndpoint(gcs.Endpoint, $"{path}.gcs.endpoint", mayBeEmpty: true, problems);
            CheckName(gcs.Bucket, $"{path}.gcs.bucket", problems);
            RepositoryRules.CheckFile(gcs.KeyFile, $"{path}.gcs.keyFile", problems);
        }

        if (repository is { Type: RepositoryType.Sftp, Sftp: { } sftp })
        {
            CheckName(sftp.Host, $"{path}.sftp.host", problems);
            CheckName(sftp.User, $"{path}.sftp.user", problems);
            RepositoryRules.CheckFile(sftp.PrivateKeyFile ?? "", $"{path}.sftp.privateKeyFile", problems);
            var fingerprint = sftp.HostFingerprint ?? "";
            problems.AddIf(fingerprint.Length > 0 && (fingerprint.Length != FingerprintLength || !fingerprint.All(char.IsAsciiHexDigit)),
                $"{path}.sftp.hostFingerprint", $"found \"{fingerprint}\"; allowed: {FingerprintLength} hex digits");
        }
    }

    private static void CheckS3(S3Settings s3, string path, Problems problems)
    {
        CheckEndpoint(s3.Endpoint, $"{path}.endpoint", mayBeEmpty: false, problems);
        var endpoint = Endpoint.Parse(s3.Endpoint ?? "");
        problems.AddIf(endpoint is { Port: > 0 } && s3.Port > 0 && s3.Port != endpoint.Port, $"{path}.port",
            $"found {s3.Port}, but {path}.endpoint has port {endpoint?.Port}; remove one of them");
        CheckName(s3.Bucket, $"{path}.bucket", problems);
        CheckName(s3.Region, $"{path}.region", problems);
        foreach (var (key, value) in new[] { ("key", s3.Key), ("keySecret", s3.KeySecret) })
        {
            problems.AddIf(s3.KeyType == S3KeyType.Shared && value is null, $"{path}.{key}",
                $"is missing; required for key type \"shared\": {Binder.Allowed(typeof(SecretReference), new SettingAttribute())}");
            problems.AddIf(s3.KeyType == S3KeyType.Auto && value is not null, $"{path}.{key}",
                "has no effect for key type \"auto\"; remove it");
        }
    }

    private static void CheckEndpoint(string? text, string path, bool mayBeEmpty, Problems problems) =>
        problems.AddIf(!(mayBeEmpty && text is null or "") && Endpoint.Parse(text ?? "") is null, path,
            $"found \"{text}\"; allowed: a host, optionally with https:// and a port (pgBackRest uses TLS only)");

    private static void CheckName(string? name, string path, Problems problems) =>
        problems.AddIf(!Text.IsPlainName(name ?? ""), path, $"found \"{name}\"; allowed: {Text.PlainNameRule} characters");
}

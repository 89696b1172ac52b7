using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Runbook.Node;
using Runbook.Settings;

namespace Runbook.Cluster;

/// <summary>A repository as pgBackRest's configuration has it: whether two of them are one and the same.</summary>
/// <param name="Type">Kind of storage, in pgBackRest's word.</param>
/// <param name="Host">Host and port, or account, of the storage; empty on a disk.</param>
/// <param name="Container">Bucket or container; empty where there is none.</param>
/// <param name="Path">Path in it.</param>
public sealed record RepositoryPlace(string Type, string Host, string Container, string Path)
{
    /// <summary>The place in one word for people, as the configuration's errors name it.</summary>
    public string Location => Type switch
    {
        "s3" => $"s3://{Container}{Path}",
        "azure" => $"azure://{Container}{Path}",
        "gcs" => $"gs://{Container}{Path}",
        "sftp" => $"sftp://{Host.Split(':')[0]}{Path}",
        _ => Path,
    };

    /// <summary>The place that the settings mean.</summary>
    public static RepositoryPlace Of(RepositorySettings settings)
    {
        var (host, container) = settings.Type switch
        {
            RepositoryType.S3 => (At(settings.S3!.Host, settings.S3.EffectivePort), settings.S3.Bucket),
            RepositoryType.Azure => ($"{settings.Azure!.Account}@{At(settings.Azure.Host, settings.Azure.Port)}", settings.Azure.Container),
            RepositoryType.Gcs => (settings.Gcs!.Host, settings.Gcs.Bucket),
            RepositoryType.Sftp => (At(settings.Sftp!.Host, settings.Sftp.Port), ""),
            _ => ("", ""),
        };
        return new RepositoryPlace(SettingNames.Of(settings.Type), host, container, Plain(settings.Path));
    }

    internal static RepositoryPlace Of(Func<string, string> option)
    {
        _ = int.TryParse(option("storage-port"), CultureInfo.InvariantCulture, out var port);
        _ = int.TryParse(option("sftp-host-port"), CultureInfo.InvariantCulture, out var sftpPort);
        var (host, container) = option("type") switch
        {
            "s3" => (At(option("s3-endpoint"), port), option("s3-bucket")),
            "azure" => ($"{option("azure-account")}@{At(option("azure-endpoint"), port)}", option("azure-container")),
            "gcs" => (option("gcs-endpoint"), option("gcs-bucket")),
            "sftp" => (At(option("sftp-host"), sftpPort), ""),
            _ => ("", ""),
        };
        return new RepositoryPlace(option("type"), host, container, Plain(option("path")));
    }

    private static string At(string host, int port) => port > 0 ? $"{host}:{port}" : host;

    private static string Plain(string path) => path.Length > 1 ? path.TrimEnd('/') : path;
}

/// <summary>A repository that a task on the node is configured with.</summary>
/// <param name="Number">Its number there.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Encrypted">Whether it is read and written with a passphrase.</param>
public sealed partial record ConfiguredRepository(int Number, RepositoryPlace Place, bool Encrypted)
{
    internal const string InPlace = "a passphrase cannot be set, changed or taken away in place";
    internal const string Beside = "give it back what it had, and add a repository with another path (docs/runbook.md, Changing the repository)";

    /// <summary>The repositories that the settings mean.</summary>
    public static ImmutableArray<ConfiguredRepository> Of(ClusterSettings settings) =>
        [.. settings.Pgbackrest.Repositories.Select((r, i) => new ConfiguredRepository(i + 1, RepositoryPlace.Of(r), r.IsEncrypted))];

    /// <summary>Reads the lines <c>fact config.repoN-OPTION VALUE</c>.</summary>
    internal static ImmutableArray<ConfiguredRepository> Parse(FactLines facts) =>
    [
        .. facts.Keys.Select(k => Type().Match(k)).Where(m => m.Success).Select(m => int.Parse(m.Groups["number"].Value, CultureInfo.InvariantCulture)).Order()
            .Select(n => new ConfiguredRepository(
                n, RepositoryPlace.Of(option => facts.Value($"config.repo{n}-{option}")), facts.Value($"config.repo{n}-cipher-type").Length > 0)),
    ];

    [GeneratedRegex("^config[.]repo(?<number>[0-9]+)-type$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Type();
}

namespace Runbook.Settings;

/// <summary>The repositories: what each kind of storage needs, and what two of them cannot share.</summary>
internal static class RepositoryRules
{
    // pgBackRest's own limit is higher; its documentation speaks of four, and a WAL segment waits for the slowest of them.
    private const int Most = 4;

    public static void Check(ClusterSettings settings, Problems problems)
    {
        var repositories = settings.Pgbackrest.Repositories;
        problems.AddIf(repositories.Count > Most, "pgbackrest.repositories",
            $"found {repositories.Count} repositories; allowed: at most {Most}");
        for (var i = 0; i < repositories.Count; i++)
        {
            var path = $"pgbackrest.repositories[{i}]";
            Check(settings, repositories[i], path, problems);
            var same = repositories.Take(i).ToList().FindIndex(other => other.Location == repositories[i].Location);
            problems.AddIf(same >= 0 && !problems.IsBroken($"{path}.type"), $"{path}.path",
                $"\"{repositories[i].Path}\" is also the location of pgbackrest.repositories[{same}]; each repository needs its own");
        }
    }

    private static void Check(ClusterSettings settings, RepositorySettings repository, string path, Problems problems)
    {
        if (Text.PathProblem(repository.Path) is { } problem)
            problems.Add($"{path}.path", problem);
        problems.AddIf(repository.Block && !repository.Bundle, $"{path}.block", $"needs {path}.bundle: blocks are stored in bundles");
        if (problems.IsBroken($"{path}.type"))
            return;
        var word = SettingNames.Of(repository.Type);
        foreach (var (type, section) in new (RepositoryType, object?)[]
                 {
                     (RepositoryType.S3, repository.S3), (RepositoryType.Azure, repository.Azure),
                     (RepositoryType.Gcs, repository.Gcs), (RepositoryType.Sftp, repository.Sftp),
                 })
        {
            var key = $"{path}.{SettingNames.Of(type)}";
            problems.AddIf(type == repository.Type && section is null, key, $"is missing; required for type \"{word}\": an object {{ ... }}");
            problems.AddIf(type != repository.Type && section is not null, key,
                $"is allowed for type \"{SettingNames.Of(type)}\" only; remove it");
        }

        problems.AddIf(!repository.UsesTls && repository.Tls != new TlsSettings(), $"{path}.tls", $"has no effect for type \"{word}\"; remove it");
        problems.AddIf(repository.Tls is { TrustAnyCertificate: true, CaFile.Length: > 0 }, $"{path}.tls.caFile",
            $"has no effect with {path}.tls.trustAnyCertificate; remove one of them");
        CheckFile(repository.Tls.CaFile, $"{path}.tls.caFile", problems);
        if (repository.Type == RepositoryType.Posix)
            CheckPosix(settings, repository, path, problems);
        else
            problems.AddIf(repository.Volume.Length > 0, $"{path}.volume", $"has no effect for type \"{word}\"; remove it");
        StorageRules.Check(repository, path, problems);
    }

    private static void CheckPosix(ClusterSettings settings, RepositorySettings repository, string path, Problems problems)
    {
        var needsVolume = settings.Nomad.Driver != TaskDriver.RawExec && !problems.IsBroken("nomad.driver");
        problems.AddIf(needsVolume && !Text.IsPlainName(repository.Volume), $"{path}.volume",
            $"found \"{repository.Volume}\"; required for type \"posix\" under the driver "
            + $"\"{SettingNames.Of(settings.Nomad.Driver)}\": the name of a host volume; without it the backups are lost when the task ends");
        foreach (var (key, volume) in new[]
                 {
                     ("data", settings.Volumes.Data), ("socket", settings.Volumes.Socket), ("log", settings.Volumes.Log),
                 })
        {
            problems.AddIf(repository.Path.TrimEnd('/') == volume.Path.TrimEnd('/'), $"{path}.path",
                $"\"{repository.Path}\" is also volumes.{key}.path; each needs its own");
            problems.AddIf(needsVolume && repository.Volume == volume.Name, $"{path}.volume",
                $"\"{repository.Volume}\" is also volumes.{key}.name; each needs its own");
        }
    }

    internal static void CheckFile(string file, string path, Problems problems)
    {
        if (file.Length > 0 && Text.PathProblem(file) is { } problem)
            problems.Add(path, problem);
    }
}

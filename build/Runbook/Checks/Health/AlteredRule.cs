using System.Collections.Immutable;
using Runbook.Cluster;

namespace Runbook.Checks;

/// <summary>Whether ALTER SYSTEM, or a backup, has changed what only the configuration decides: PostgreSQL reads that file last. Pure.</summary>
public static class AlteredRule
{
    // With these nobody reaches the server at its next start, nothing is archived, or a command of another runs.
    private static readonly ImmutableHashSet<string> Dangerous =
    [
        "port", "data_directory", "hba_file", "ident_file", "unix_socket_directories", "archive_mode", "archive_command", "archive_library",
        "restore_command", "recovery_end_command", "archive_cleanup_command", "ssl_passphrase_command", "include", "include_if_exists", "include_dir",
    ];

    /// <summary>What was found; nothing where the file changes none of them.</summary>
    public static IEnumerable<Finding> Of(HealthLook look)
    {
        if (look.Facts.Node?.Health is not { } health)
            yield break;
        var file = $"{HostView.Directory(look.Settings, look.Facts.Node)}/postgresql.auto.conf";
        foreach (var setting in health.Altered)
        {
            yield return new Finding(
                Dangerous.Contains(setting.Name) ? HealthLevel.Critical : HealthLevel.Warning, "settings",
                $"postgresql.auto.conf sets {setting.Name} to '{setting.Value}', against the configuration, at the latest at the next start of the server")
            {
                Next = setting.Name.StartsWith("include", StringComparison.Ordinal)
                    ? $"remove that line from {file}"
                    : $"./build.sh Psql --command \"alter system reset {setting.Name}\", then ./build.sh Psql --command \"select pg_reload_conf()\"; where the server does not answer, remove that line from {file}",
            };
        }
    }
}

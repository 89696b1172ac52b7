using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>Refuses the server settings on which backups, restores or the runbook's own connection depend.</summary>
internal static partial class ServerSettingRules
{
    private static readonly Dictionary<string, string> Owned = new(StringComparer.OrdinalIgnoreCase)
    {
        ["port"] = "set postgres.port",
        ["listen_addresses"] = "set postgres.listenAddresses",
        ["unix_socket_directories"] = "set volumes.socket.path",
        ["data_directory"] = "it follows from volumes.data.path, postgres.version and postgres.cluster",
        ["config_file"] = "the runbook renders this file itself",
        ["hba_file"] = "the runbook renders it; add lines in postgres.hba",
        ["ident_file"] = "the runbook renders it",
        ["external_pid_file"] = "the runbook watches the server through Nomad",
        ["include"] = "write the settings here instead",
        ["include_dir"] = "write the settings here instead",
        ["include_if_exists"] = "write the settings here instead",
        ["archive_mode"] = "it is on exactly when pgbackrest.repositories is set",
        ["archive_command"] = "the runbook archives with pgBackRest; set pgbackrest.repositories",
        ["archive_library"] = "the runbook archives with pgBackRest; set pgbackrest.repositories",
        ["archive_cleanup_command"] = "pgBackRest expires WAL; set pgbackrest.repositories[].retention",
        ["restore_command"] = "the runbook restores with pgBackRest",
        ["recovery_end_command"] = "the runbook watches recovery itself",
        ["promote_trigger_file"] = "the runbook decides when recovery ends",
        ["hot_standby"] = "a restored server must answer during recovery",
        ["fsync"] = "without it a crash destroys the cluster, and with it what a backup would contain",
        ["full_page_writes"] = "without it a crash leaves torn pages that a backup would copy",
    };

    public static void Check(IReadOnlyDictionary<string, string> settings, Problems problems)
    {
        foreach (var (name, value) in settings)
        {
            var path = $"postgres.settings.{name}";
            if (!Name().IsMatch(name))
                problems.Add(path, "is not the name of a setting; allowed: letters, digits and \"_\", with one \".\" for extensions");
            else if (Reason(name, value) is { } reason)
                problems.Add(path, $"is managed by the runbook: {reason}");
            problems.AddIf(value.Any(char.IsControl), path, "contains a control character; allowed: a value on one line");
            problems.AddIf(value.Contains("{{", StringComparison.Ordinal), path,
                "contains \"{{\", which Nomad would read as a template; allowed: any other text");
        }
    }

    private static string? Reason(string name, string value)
    {
        if (Owned.TryGetValue(name, out var reason))
            return reason;
        if (name.StartsWith("recovery_target", StringComparison.OrdinalIgnoreCase))
            return "set the recovery target with the options of Restore";
        if (name.StartsWith("primary_", StringComparison.OrdinalIgnoreCase))
            return "a cluster has one server; replication from a primary is not supported";
        if (name.Equals("wal_level", StringComparison.OrdinalIgnoreCase)
            && !value.Equals("replica", StringComparison.OrdinalIgnoreCase)
            && !value.Equals("logical", StringComparison.OrdinalIgnoreCase))
            return $"\"{value}\" writes too little WAL for backups; allowed: replica, logical";
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?\z")]
    private static partial Regex Name();
}

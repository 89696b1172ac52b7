using System.Globalization;

namespace Runbook.Run;

/// <summary>Identity of processes on this host, from <c>/proc</c>.</summary>
public static class LocalProcess
{
    // Field 22 of /proc/PID/stat, counted behind the command name, which may itself hold blanks and parentheses.
    private const int StartTimeField = 19;

    /// <summary>This process: its id and start time.</summary>
    public static string Self => Identity(Environment.ProcessId) ?? $"{Environment.ProcessId}:";

    /// <summary>This boot of this host and the PID namespace in which process ids of ours mean something; empty where the
    /// kernel does not tell.</summary>
    public static string Boot => File.Exists("/proc/sys/kernel/random/boot_id")
        ? $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}/{new FileInfo("/proc/self/ns/pid").LinkTarget}"
        : "";

    /// <summary>Whether the process with this identity still runs on this host.</summary>
    public static bool IsAlive(string identity) =>
        int.TryParse(identity.Split(':')[0], CultureInfo.InvariantCulture, out var pid) && Identity(pid) == identity;

    private static string? Identity(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return $"{pid}:{stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartTimeField]}";
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}

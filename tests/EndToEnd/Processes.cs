using System.Diagnostics;
using System.Globalization;

namespace Tests.EndToEnd;

/// <summary>The processes of this machine that belong to a folder: they name it, work in it or were started for it.</summary>
internal static class Processes
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;

    /// <summary>Processes whose command line, working directory or environment names the folder.</summary>
    public static IReadOnlyList<OneProcess> Of(string folder) => [.. All().Where(p => p.BelongsTo(folder))];

    public static void Signal(int process, int signal) => Signal([process], signal);

    /// <summary>Ends them by force, however often they come again.</summary>
    public static void End(string folder)
    {
        for (var round = 0; round < 100 && Of(folder) is { Count: > 0 } left; round++)
        {
            Signal(left.Select(p => p.Id), Kill);
            Thread.Sleep(30);
        }
    }

    private static IEnumerable<OneProcess> All()
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id != Environment.ProcessId && Read(id) is { } process)
                yield return process;
        }
    }

    private static OneProcess? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            // A zombie has ended; only its parent has not asked yet.
            if (fields[0] is "Z" or "X")
                return null;
            return new OneProcess(
                id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[0][0],
                File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ').Trim(),
                new FileInfo($"/proc/{id}/cwd").LinkTarget ?? "",
                File.ReadAllText($"/proc/{id}/environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Signal(IEnumerable<int> processes, int signal)
    {
        var info = new ProcessStartInfo("/bin/kill", [$"-{signal}", .. processes.Select(p => $"{p}")]) { RedirectStandardError = true, UseShellExecute = false };
        using var kill = Process.Start(info)!;
        // Whoever has ended meanwhile is named there.
        kill.StandardError.ReadToEnd();
        kill.WaitForExit();
    }
}

/// <summary>A process as <c>/proc</c> shows it.</summary>
internal sealed record OneProcess(int Id, int Parent, char State, string CommandLine, string WorkingDirectory, string Variables)
{
    public bool BelongsTo(string folder) =>
        CommandLine.Contains(folder, StringComparison.Ordinal) || WorkingDirectory.StartsWith(folder, StringComparison.Ordinal)
        || Variables.Contains(folder, StringComparison.Ordinal);

    public override string ToString() => $"{Id} {CommandLine} (in {WorkingDirectory})";
}

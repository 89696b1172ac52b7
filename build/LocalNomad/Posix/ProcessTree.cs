using System.Text;

namespace LocalNomad.Posix;

/// <summary>A process, told apart from a later one that got the same id by the time it was started.</summary>
internal sealed record ProcessIdentity(int Id, long StartTime)
{
    /// <returns>Null if there is no such process, or only what is left of one that has ended.</returns>
    public static ProcessIdentity? Of(int id) => ProcessStat.Read(id) is { State: not ('Z' or 'X') } stat ? new(id, stat.StartTime) : null;

    public bool IsAlive => Of(Id) == this;
}

/// <summary>The part of /proc/ID/stat that is of use here.</summary>
internal sealed record ProcessStat(int Id, char State, int Parent, int Session, long StartTime)
{
    public static ProcessStat? Read(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            // The name of the program may hold anything, closing brackets too.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessStat(id, fields[0][0], int.Parse(fields[1]), int.Parse(fields[3]), long.Parse(fields[19]));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static IReadOnlyList<ProcessStat> All() =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? Read(id) : null)
            .OfType<ProcessStat>()
            .Where(process => process.State is not ('Z' or 'X'))];
}

internal static class ProcessTree
{
    public static IReadOnlyList<int> DescendantsOf(int root) => Descendants(ProcessStat.All(), [root]);

    /// <summary>
    /// What a task left behind when the process above it vanished: all below its first process, all in that one's
    /// session, and whatever carries the task's environment (a daemon leaves both tree and session).
    /// </summary>
    public static IReadOnlyList<int> LeftoversOf(ProcessIdentity? first, string allocation, string task, IReadOnlyCollection<int> spare)
    {
        var all = ProcessStat.All();
        byte[] ofAllocation = [.. Encoding.UTF8.GetBytes($"NOMAD_ALLOC_ID={allocation}"), 0];
        byte[] ofTask = [.. Encoding.UTF8.GetBytes($"NOMAD_TASK_NAME={task}"), 0];
        var roots = all
            .Where(process => (first is not null && ((process.Id == first.Id && process.StartTime == first.StartTime) || process.Session == first.Id))
                || Carries(process.Id, ofAllocation, ofTask))
            .Select(process => process.Id);
        return [.. Descendants(all, [.. roots]).Concat(roots).Distinct().Where(id => !spare.Contains(id))];
    }

    private static List<int> Descendants(IReadOnlyList<ProcessStat> all, HashSet<int> roots)
    {
        var found = new List<int>();
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var process in all)
            {
                if (roots.Contains(process.Parent) && roots.Add(process.Id))
                {
                    found.Add(process.Id);
                    grown = true;
                }
            }
        }

        return found;
    }

    private static bool Carries(int id, byte[] first, byte[] second)
    {
        try
        {
            var environment = File.ReadAllBytes($"/proc/{id}/environ").AsSpan();
            return environment.IndexOf(first) >= 0 && environment.IndexOf(second) >= 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

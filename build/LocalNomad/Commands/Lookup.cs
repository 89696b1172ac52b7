using LocalNomad.Model;

namespace LocalNomad.Commands;

/// <summary>Finds what a command names, by prefix as Nomad does. That this can find another thing is Nomad's too.</summary>
internal static class Lookup
{
    public sealed class NotFoundException(string message) : Exception(message);

    /// <exception cref="NotFoundException">There is none, or several and none of that very name.</exception>
    public static Job Job(Session session, string id, bool periodicOnly = false)
    {
        var kind = periodicOnly ? "periodic job(s)" : "job(s)";
        var jobs = session.State.Jobs.Values
            .Where(job => job.ID.StartsWith(id, StringComparison.Ordinal) && (!periodicOnly || job.IsPeriodic)).ToList();
        if (jobs.Count == 0)
            throw new NotFoundException($"No {kind} with prefix or ID \"{id}\" found");
        // Forcing a periodic job does not even prefer the exact name.
        return jobs.Count == 1 || (jobs[0].ID == id && !periodicOnly)
            ? jobs[0]
            : throw new NotFoundException($"Prefix \"{id}\" matched multiple {(periodicOnly ? "periodic " : "")}jobs\n\n{JobCommands.List(jobs)}");
    }

    /// <exception cref="NotFoundException">There is none, or several.</exception>
    public static Allocation Allocation(Session session, string id)
    {
        if (id.Length < 2 && session.Line.Spec.Name == "alloc status")
            throw new NotFoundException("Identifier must contain at least two characters.");
        var found = ByPrefix(session.Allocations.ToDictionary(one => one.ID), id, "alloc", "Alloc", "allocation");
        return found.Count == 1
            ? found[0]
            : throw new NotFoundException($"Prefix matched multiple allocations\n\n{AllocationTables.List(session, found)}");
    }

    /// <exception cref="NotFoundException">There is none, or several.</exception>
    public static Evaluation Evaluation(Session session, string id)
    {
        var found = ByPrefix(session.State.Evaluations, id, "eval", "Evaluation", "evaluation");
        return found.Count == 1
            ? found[0]
            : throw new NotFoundException("Prefix matched multiple evaluations\n\n" + string.Join('\n', found.Select(one => one.ID)));
    }

    /// <exception cref="NotFoundException">The allocation has no such task, or several and none was named.</exception>
    public static string Task(Session session, Allocation allocation, string? name)
    {
        var tasks = session.State.AllocationJobs[allocation.ID].TaskGroups.First(group => group.Name == allocation.TaskGroup).Tasks;
        if (name is not null)
            return name;
        return tasks.Count == 1
            ? tasks[0].Name
            : throw new NotFoundException($"Failed to validate task: Allocation \"{session.Short(allocation.ID)}\" is running the following tasks:\n"
                + $"{string.Join('\n', tasks.Select(task => $"  * {task.Name}"))}\n\nPlease specify the task.");
    }

    private static List<T> ByPrefix<T>(IReadOnlyDictionary<string, T> all, string id, string table, string title, string word)
    {
        if (id.Length < 2)
            throw new NotFoundException($"{title} ID must contain at least two characters.");
        if (id.FirstOrDefault(c => !char.IsAsciiHexDigit(c) && c != '-') is var wrong and not '\0')
        {
            throw new NotFoundException(
                $"Error querying {word}: Unexpected response code: 500 ({table} lookup failed: index error: Invalid UUID: encoding/hex: invalid byte: U+{(int)wrong:X4} '{wrong}')");
        }

        var found = all.Where(pair => pair.Key.StartsWith(id, StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Value).ToList();
        return found.Count > 0 ? found : throw new NotFoundException($"No {word}(s) with prefix or id \"{id}\" found");
    }
}

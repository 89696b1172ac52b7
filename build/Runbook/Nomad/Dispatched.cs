namespace Runbook.Nomad;

/// <summary>A finished child of a parameterized job.</summary>
/// <param name="JobId">The child's id.</param>
/// <param name="Allocation">Its allocation, ended.</param>
/// <param name="Output">All that its task wrote to standard output.</param>
/// <param name="Error">All that its task wrote to standard error.</param>
public sealed record Dispatched(string JobId, NomadAllocation Allocation, string Output, string Error)
{
    /// <summary>The exit code of the task; null when it never ran.</summary>
    public int? ExitCode => Allocation.Tasks.FirstOrDefault()?.LastExit?.ExitCode;

    /// <summary>Why it failed, in the task's own words where it has some.</summary>
    public string Reason
    {
        get
        {
            var task = Allocation.Tasks.FirstOrDefault();
            if (task?.LastExit is null)
                return task is null ? $"allocation {Allocation.ShortId} is {Allocation.ClientStatus}" : task.Explanation;
            if (task.LastExit.OutOfMemory)
                return "the kernel killed it: out of memory";
            var said = (Error + "\n" + Output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(l => l.StartsWith("error: ", StringComparison.Ordinal) || l.StartsWith("ERROR: ", StringComparison.Ordinal) || l.Contains(" ERROR: ", StringComparison.Ordinal)
                    || l.Contains("FATAL:", StringComparison.Ordinal))
                .Select(l => l.StartsWith("error: ", StringComparison.Ordinal) ? l[7..] : l)
                .Take(3)
                .ToArray();
            var end = task.LastExit.Signal != 0 ? $"killed by signal {task.LastExit.Signal}" : $"exit code {task.LastExit.ExitCode}";
            return said.Length > 0 ? $"{string.Join("; ", said)} ({end})" : end;
        }
    }
}

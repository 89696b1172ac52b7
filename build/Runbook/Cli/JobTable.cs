using System.Collections.Immutable;

namespace Runbook.Cli;

/// <summary>A row of the table that <c>nomad job status</c> prints.</summary>
/// <param name="Id">Exact id of the job.</param>
/// <param name="Status">pending, running or dead; a stopped job may say dead while its tasks still run.</param>
/// <param name="Stopped">Whether someone stopped it.</param>
public sealed record JobRow(string Id, string Status, bool Stopped);

/// <summary>Reads the table. Its columns begin where their headings do: more of them came with later versions.</summary>
public static class JobTable
{
    private const string StoppedMark = " (stopped)";

    /// <summary>The jobs in it; none when Nomad says that there are none.</summary>
    public static ImmutableArray<JobRow> Parse(string text)
    {
        var lines = text.Split('\n').SkipWhile(l => !l.StartsWith("ID ", StringComparison.Ordinal)).ToList();
        if (lines.Count == 0)
            return [];
        var heading = lines[0];
        return
        [
            .. lines.Skip(1).Where(l => l.Length > 0).Select(l =>
            {
                var status = Column(l, heading, "Status");
                return new JobRow(
                    Column(l, heading, "ID"),
                    status.EndsWith(StoppedMark, StringComparison.Ordinal) ? status[..^StoppedMark.Length] : status,
                    status.EndsWith(StoppedMark, StringComparison.Ordinal));
            }),
        ];
    }

    private static string Column(string line, string heading, string name)
    {
        var start = name == "ID" ? 0 : heading.IndexOf(" " + name + " ", StringComparison.Ordinal) + 1;
        // Two blanks at least part the columns; a status may hold one itself.
        var end = line.IndexOf("  ", Math.Min(start, line.Length), StringComparison.Ordinal);
        return end < 0 ? line[start..].Trim() : line[start..end].Trim();
    }
}

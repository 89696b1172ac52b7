using System.Collections.Immutable;

namespace Runbook.Nomad;

/// <summary>A row of the table that <c>nomad job status</c> prints.</summary>
/// <param name="Id">Exact id of the job.</param>
/// <param name="Status">pending, running or dead; a stopped job may say dead while its tasks still run.</param>
/// <param name="Stopped">Whether someone stopped it.</param>
public sealed record JobRow(string Id, string Status, bool Stopped);

/// <summary>Reads the table.</summary>
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
                var status = CliTable.Cell(l, heading, "Status");
                return new JobRow(
                    CliTable.Cell(l, heading, "ID"),
                    status.EndsWith(StoppedMark, StringComparison.Ordinal) ? status[..^StoppedMark.Length] : status,
                    status.EndsWith(StoppedMark, StringComparison.Ordinal));
            }),
        ];
    }
}

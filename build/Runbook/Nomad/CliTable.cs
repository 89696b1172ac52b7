namespace Runbook.Nomad;

/// <summary>Cells of the tables that Nomad's CLI prints. Its columns begin where their headings do: more of them came with
/// later versions.</summary>
internal static class CliTable
{
    /// <summary>The cell of a line below a heading; empty where there is no such column.</summary>
    public static string Cell(string line, string heading, string name)
    {
        var start = ("  " + heading.TrimEnd() + "  ").IndexOf("  " + name + "  ", StringComparison.Ordinal);
        if (start < 0 || start >= line.Length)
            return "";
        // Two blanks at least part the columns; a cell may hold one itself.
        var end = line.IndexOf("  ", start, StringComparison.Ordinal);
        return end < 0 ? line[start..].Trim() : line[start..end].Trim();
    }
}

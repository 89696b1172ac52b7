namespace Runbook.Output;

/// <summary>Rows of text under each other, so that nothing is wrapped, cut or taken for markup.</summary>
internal static class Columns
{
    private const string Gap = "  ";

    public static string Of(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        return string.Join('\n', rows.Select(row => string.Join(Gap, row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd()));
    }
}

namespace Runbook.Nomad;

/// <summary>Reads the evaluations that <c>nomad job status -evals</c> prints; a list of them as JSON came with 1.3, and left again what 1.1 has.</summary>
public static class EvaluationTable
{
    /// <summary>Id of the evaluation that waits for a place; null when none does.</summary>
    public static string? Blocked(string text)
    {
        var lines = text.Split('\n').SkipWhile(l => l.TrimEnd() != "Evaluations").Skip(1).TakeWhile(l => l.Trim().Length > 0).ToList();
        return lines.Skip(1).Where(l => CliTable.Cell(l, lines[0], "Status") == "blocked").Select(l => CliTable.Cell(l, lines[0], "ID")).FirstOrDefault();
    }
}

namespace Runbook.Output;

/// <summary>Says what failed, what state things are in, and what to type next.</summary>
public static class ErrorReport
{
    /// <summary>The lines for an error.</summary>
    /// <param name="error">What ended the run.</param>
    /// <param name="typed">What the commands are typed with.</param>
    public static string Text(RunbookException error, CommandOptions typed)
    {
        var lines = new List<string> { error.Message };
        if (error.State.Length > 0)
            lines.Add($"state: {error.State}");
        if (error.Next.Length > 0)
            lines.Add($"next:  {typed.InAdvice(error.Next)}");
        return string.Join(Environment.NewLine, lines);
    }
}

using System.Globalization;
using System.Text;
using Runbook.Output;

namespace Runbook.Run;

/// <summary>A run in Markdown, as GitHub Actions and others show it beside a run of theirs.</summary>
public static class RunSummary
{
    // GitHub refuses a summary above one megabyte, whole.
    private const int LongestText = 60_000;

    /// <summary>The summary.</summary>
    /// <param name="record">Of the run, with its end.</param>
    /// <param name="dryRun">Its plans were only shown.</param>
    /// <param name="shown">What it printed, of a target that only looks; empty otherwise.</param>
    /// <param name="next">The next command; empty when there is none.</param>
    public static string Of(RunRecord record, bool dryRun, string shown, string next)
    {
        var end = record.End ?? throw new InvalidOperationException("the run has not ended");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"### {record.Target}{(dryRun ? " (dry run)" : "")} of profile {Cell(record.Profile)}: {end.Outcome} in {Words.Span(end.At - record.StartedAt)}\n\n");
        foreach (var plan in record.Plans)
            Append(text, plan, dryRun);
        foreach (var warning in record.Warnings)
            text.Append("- warning: ").Append(Cell(warning)).Append('\n');
        if (record.Warnings.Count > 0)
            text.Append('\n');
        if (shown.Length > 0)
            Fenced(text, shown);
        if (end.Error.Length > 0)
            Fenced(text, end.Error);
        if (next.Length > 0)
            text.Append("Next: `").Append(Shown.Line(next)).Append("`\n\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, PlanRecord plan, bool dryRun)
    {
        text.Append("**").Append(Cell(plan.Procedure)).Append("**").Append(plan.Steps.Count == 0 ? ": nothing to do" : "").Append("\n\n");
        foreach (var note in plan.Notes)
            text.Append("- ").Append(Cell(note)).Append('\n');
        if (plan.Notes.Count > 0)
            text.Append('\n');
        if (plan.Steps.Count == 0)
            return;
        text.Append(dryRun ? "| | step |\n| --- | --- |\n" : "| | step | took |\n| --- | --- | --- |\n");
        foreach (var (step, i) in plan.Steps.Select((s, i) => (s, i)))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {i + 1} | {Cell(step.Title)} |");
            text.Append(dryRun ? "\n" : $" {Took(step)} |\n");
        }
        text.Append('\n');
    }

    private static string Took(StepRecord step) => step switch
    {
        { Seconds: { } seconds } => Words.Span(TimeSpan.FromSeconds(seconds)),
        { StartedAt: null } => "not begun",
        _ => "did not end",
    };

    // Nothing that was printed may end its own fence, or become markup.
    private static void Fenced(StringBuilder text, string content)
    {
        var fence = "```";
        content = Shown.Text(content);
        while (content.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        var cut = content.Length > LongestText ? content[..LongestText] + "\n…" : content;
        text.Append(fence).Append("text\n").Append(cut.TrimEnd()).Append('\n').Append(fence).Append("\n\n");
    }

    private static string Cell(string text) => Shown.Text(text)
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}

using Host.Parameters;
using Nuke.Common;
using Nuke.Common.Execution;

namespace Host.Run;

/// <summary>What is shown around the targets' own output, on standard error.</summary>
internal sealed class Chrome(Terminal terminal, Verbosity verbosity)
{
    /// <summary>Where each parameter has its value from, for whoever wonders why.</summary>
    public void Sources(IEnumerable<BoundValue> values)
    {
        if (verbosity != Verbosity.Verbose)
            return;
        foreach (var value in values)
        {
            var text = value.Declaration.IsSecret ? "***" : string.Join(", ", value.Texts);
            terminal.Dim($"{value.Declaration.Name} = {text} ({value.Source})");
        }
    }

    public void Starting(ExecutableTarget target, IReadOnlyList<ExecutableTarget> plan)
    {
        // Whoever runs one target knows which.
        if (verbosity is Verbosity.Verbose || (verbosity is Verbosity.Normal && HasSeveral(plan)))
            terminal.Strong($"── {target.Name} ──");
    }

    public void Failed(ExecutableTarget target, Exception exception) =>
        terminal.Bad($"Target {target.Name} failed: {Describe(exception)}");

    /// <summary>The build could not begin.</summary>
    public void NotBegun(Exception exception) => terminal.Bad($"error: {Describe(exception)}");

    public void Cancelling(ExecutableTarget target, string message)
    {
        if (verbosity != Verbosity.Quiet)
            terminal.Warn($"Target {target.Name} was cancelled: {message}");
    }

    public void Summary(IReadOnlyList<ExecutableTarget> plan)
    {
        if (verbosity == Verbosity.Quiet || !HasSeveral(plan))
            return;
        var name = Math.Max(plan.Max(x => x.Name.Length) + 4, 19);
        var width = name + 20;
        terminal.Line();
        terminal.Dim(new string('═', width));
        terminal.Strong($"{"Target".PadRight(name)}{"Status",-10}{"Duration",10}");
        terminal.Dim(new string('─', width));
        foreach (var target in plan.Where(x => x.Status != ExecutionStatus.Collective))
            Row(target, name);
        terminal.Dim(new string('─', width));
        var total = plan.Aggregate(TimeSpan.Zero, (sum, x) => sum + x.Duration);
        terminal.Strong($"{"Total".PadRight(name)}{"",-10}{Format(total),10}");
        terminal.Dim(new string('═', width));
    }

    private void Row(ExecutableTarget target, int name)
    {
        var worked = target.Status is ExecutionStatus.Succeeded or ExecutionStatus.Failed or ExecutionStatus.Aborted;
        var note = target.Note is null ? "" : $"   // {target.Note}";
        var text = $"{target.Name.PadRight(name)}{target.Status,-10}{(worked ? Format(target.Duration) : ""),10}{note}".TrimEnd();
        switch (target.Status)
        {
            case ExecutionStatus.Succeeded when target.Note is null:
                terminal.Good(text);
                break;
            case ExecutionStatus.Failed:
                terminal.Bad(text);
                break;
            case ExecutionStatus.Skipped:
                terminal.Dim(text);
                break;
            default:
                terminal.Warn(text);
                break;
        }
    }

    private string Describe(Exception exception) =>
        verbosity == Verbosity.Verbose ? exception.ToString() : exception.Message;

    private static bool HasSeveral(IReadOnlyList<ExecutableTarget> plan) =>
        plan.Count(x => x.Definition.Actions.Count > 0) > 1;

    private static string Format(TimeSpan duration) =>
        duration < TimeSpan.FromSeconds(1) ? "< 1sec" : $"{(int)duration.TotalMinutes}:{duration:ss}";
}

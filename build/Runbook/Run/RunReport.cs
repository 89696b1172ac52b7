using System.Globalization;
using Runbook.Output;
using Runbook.Steps;

namespace Runbook.Run;

/// <summary>Tells the operator what a run does: plan, steps with their times, progress.</summary>
public sealed class RunReport(Terminal terminal, TimeProvider time) : IRunListener
{
    // On a screen progress moves; in a log a line now and then is enough to see that it does.
    private static readonly TimeSpan ScreenInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private const double Mega = 1_000_000;

    // What a longer line of progress left on the screen.
    private const string ClearRest = "\u001b[K";

    private readonly Lock _lock = new();
    private bool _lineIsOpen;
    private long _stepStart;
    private long _lastProgress;
    private ReplayRate _replay = new();

    /// <inheritdoc/>
    public void Planned(ProcedurePlan plan, bool dryRun)
    {
        if (terminal.Quiet && !dryRun)
            return;
        Line(dryRun ? $"{plan.Procedure} would do this:" : plan.Procedure);
        foreach (var note in plan.Notes)
            Line($"  {note}");
        if (plan.Steps.Count == 0)
            Line("  nothing to do: nothing was changed");
        else if (dryRun)
        {
            foreach (var (step, i) in plan.Steps.Select((s, i) => (s, i)))
                Line($"  {i + 1}/{plan.Steps.Count} {step.Title}");
            Line("  (dry run: nothing was changed)");
        }
    }

    /// <inheritdoc/>
    public void StepStarted(Step step, int number, int of)
    {
        lock (_lock)
        {
            _stepStart = time.GetTimestamp();
            _lastProgress = 0;
            _replay = new ReplayRate();
            if (terminal.Quiet)
                return;
            terminal.Writer.Write($"  {number}/{of} {Shown.Line(step.Title)}");
            terminal.Writer.Flush();
            _lineIsOpen = true;
        }
    }

    /// <inheritdoc/>
    public void StepDone(Step step, TimeSpan elapsed)
    {
        lock (_lock)
        {
            if (terminal.Quiet)
                return;
            if (_lineIsOpen)
                terminal.Writer.WriteLine($": {Words.Span(elapsed)}");
            else
                terminal.Writer.WriteLine($"      done in {Words.Span(elapsed)}{(terminal.IsScreen ? ClearRest : "")}");
            _lineIsOpen = false;
        }
    }

    /// <inheritdoc/>
    public void Copied(CopyProgress progress)
    {
        lock (_lock)
        {
            if (!IsDue())
                return;
            var elapsed = time.GetElapsedTime(_stepStart);
            var left = progress.Percent > 1 ? $", about {Words.Span(elapsed * ((100 / progress.Percent) - 1))} left" : "";
            Progress($"{Percent(progress.Percent)} copied in {Words.Span(elapsed)}{left}");
        }
    }

    /// <inheritdoc/>
    public void Replayed(ReplayProgress progress)
    {
        lock (_lock)
        {
            var elapsed = time.GetElapsedTime(_stepStart);
            _replay.Add(progress, elapsed);
            if (!IsDue())
                return;
            var way = _replay.Percent is { } percent ? $", {Percent(percent)} of the way to {progress.End}" : "";
            var rate = _replay.BytesPerSecond > 0 ? $", {(_replay.BytesPerSecond / Mega).ToString("0.0", CultureInfo.InvariantCulture)} MB/s" : "";
            var left = _replay.Left is { } span ? $", about {Words.Span(span)} left" : "";
            Progress($"replayed to {progress.Position}{way}{rate}, in {Words.Span(elapsed)}{left}");
        }
    }

    /// <inheritdoc/>
    public void Read(ReadProgress progress)
    {
        lock (_lock)
        {
            if (!IsDue())
                return;
            var elapsed = time.GetElapsedTime(_stepStart);
            var left = progress.Percent is > 1 and < 100 ? $", about {Words.Span(elapsed * ((100 / progress.Percent.Value) - 1))} left" : "";
            var way = progress.Percent is { } percent ? $", {Percent(percent)}" : "";
            Progress($"{Words.Bytes(progress.Bytes)} read{way} in {Words.Span(elapsed)}{left}");
        }
    }

    /// <inheritdoc/>
    public void Note(string text)
    {
        if (!terminal.Quiet)
            Line($"      {text}");
    }

    /// <inheritdoc/>
    public void Warn(string text) => Line($"      warning: {text}");

    private static string Percent(double percent) => percent.ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private bool IsDue()
    {
        var now = time.GetTimestamp();
        if (terminal.Quiet || (_lastProgress != 0 && time.GetElapsedTime(_lastProgress) < (terminal.IsScreen ? ScreenInterval : LogInterval)))
            return false;
        // Work that is over within seconds needs no progress in a log.
        var first = _lastProgress == 0;
        _lastProgress = now;
        return !first || terminal.IsScreen;
    }

    private void Progress(string progress)
    {
        var text = Shown.Line(progress);
        CloseLine();
        if (terminal.IsScreen)
            terminal.Writer.Write($"      {text}{ClearRest}\r");
        else
            terminal.Writer.WriteLine($"      {text}");
        terminal.Writer.Flush();
    }

    private void Line(string line)
    {
        var text = Shown.Text(terminal.Options.In(line));
        lock (_lock)
        {
            CloseLine();
            terminal.Writer.WriteLine(terminal.IsScreen ? text + ClearRest : text);
        }
    }

    private void CloseLine()
    {
        if (_lineIsOpen)
            terminal.Writer.WriteLine();
        _lineIsOpen = false;
    }
}

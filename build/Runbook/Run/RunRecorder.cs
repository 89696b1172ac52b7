using Runbook.Cluster;
using Runbook.Steps;

namespace Runbook.Run;

/// <summary>Passes on what a run does, and remembers it for the run's record and its summary.</summary>
/// <param name="inner">Tells the operator.</param>
/// <param name="begun">The record as it stands at the beginning.</param>
/// <param name="time">The clock.</param>
public sealed class RunRecorder(IRunListener inner, RunRecord begun, TimeProvider time) : IRunListener
{
    private readonly Lock _gate = new();
    private readonly List<(PlanRecord Plan, List<StepRecord> Steps, bool Dry)> _plans = [];
    private readonly List<string> _warnings = [];
    private readonly List<LockHolder> _dead = [];
    private readonly SortedDictionary<string, string> _versions = new(StringComparer.Ordinal);

    /// <summary>Nothing was to be changed: the plans were only shown.</summary>
    public bool IsDryRun => _plans.Count > 0 && _plans.All(p => p.Dry);

    /// <summary>Runs from which the cluster was taken over: nobody else can write down how they ended.</summary>
    public IReadOnlyList<HistoryEntry> Killed(string profile) =>
        [.. _dead.Select(d => new HistoryEntry(d.Run, d.Target, d.Holder, d.Since, "killed") { Profile = profile })];

    /// <summary>The record as far as it has come.</summary>
    public RunRecord Record
    {
        get
        {
            lock (_gate)
            {
                return begun with
                {
                    Plans = [.. _plans.Select(p => p.Plan with { Steps = [.. p.Steps] })],
                    Warnings = [.. _warnings],
                    Versions = begun.Versions.Concat(_versions).ToDictionary(StringComparer.Ordinal),
                };
            }
        }
    }

    /// <inheritdoc/>
    public void Planned(ProcedurePlan plan, bool dryRun)
    {
        lock (_gate)
            _plans.Add((new PlanRecord(plan.Procedure, plan.Notes, []), [.. plan.Steps.Select(s => new StepRecord(s.Title))], dryRun));
        inner.Planned(plan, dryRun);
    }

    /// <inheritdoc/>
    public void StepStarted(Step step, int number, int of)
    {
        Change(number, s => s with { StartedAt = time.GetUtcNow() });
        inner.StepStarted(step, number, of);
    }

    /// <inheritdoc/>
    public void StepDone(Step step, TimeSpan elapsed)
    {
        lock (_gate)
        {
            var number = _plans.Count == 0 ? 0 : _plans[^1].Steps.FindLastIndex(s => s.StartedAt is not null) + 1;
            Change(number, s => s with { Seconds = Math.Round(elapsed.TotalSeconds, 2) });
        }
        inner.StepDone(step, elapsed);
    }

    /// <inheritdoc/>
    public void Copied(CopyProgress progress) => inner.Copied(progress);

    /// <inheritdoc/>
    public void Replayed(ReplayProgress progress) => inner.Replayed(progress);

    /// <inheritdoc/>
    public void Read(ReadProgress progress) => inner.Read(progress);

    /// <inheritdoc/>
    public void Note(string text) => inner.Note(text);

    /// <inheritdoc/>
    public void Warn(string text)
    {
        lock (_gate)
            _warnings.Add(text);
        inner.Warn(text);
    }

    /// <inheritdoc/>
    public void Seen(string what, string version)
    {
        lock (_gate)
            _versions[what] = version;
        inner.Seen(what, version);
    }

    /// <inheritdoc/>
    public void TookOver(LockHolder from)
    {
        lock (_gate)
            _dead.Add(from);
        inner.TookOver(from);
    }

    private void Change(int number, Func<StepRecord, StepRecord> change)
    {
        lock (_gate)
        {
            if (_plans.Count > 0 && number > 0 && number <= _plans[^1].Steps.Count)
                _plans[^1].Steps[number - 1] = change(_plans[^1].Steps[number - 1]);
        }
    }
}

using Runbook.Cluster;
using Runbook.Steps;

namespace Tests.Steps;

/// <summary>Remembers what a run said.</summary>
internal sealed class RecordingListener : IRunListener
{
    public List<string> Said { get; } = [];

    public void Planned(ProcedurePlan plan, bool dryRun) => Said.Add($"plan {plan.Procedure}{(dryRun ? " (dry)" : "")}");

    public void StepStarted(Step step, int number, int of) => Said.Add($"step {number}/{of} {step.Title}");

    public void StepDone(Step step, TimeSpan elapsed) => Said.Add($"done {step.Title}");

    public void Copied(CopyProgress progress) => Said.Add($"copied {progress.Percent}");

    public void Replayed(ReplayProgress progress) => Said.Add($"replayed {progress.Position}");

    public void Read(ReadProgress progress) => Said.Add($"read {progress.Bytes} of {progress.Total}");

    public void Note(string text) => Said.Add($"note {text}");

    public void Warn(string text) => Said.Add($"warn {text}");

    public List<LockHolder> Dead { get; } = [];

    public void TookOver(LockHolder from) => Dead.Add(from);
}

using Runbook.Nomad;

namespace Runbook.Steps;

/// <summary>Carries out a plan step by step. The first failure ends it; the same command goes on from what is observed.</summary>
/// <param name="executor">Does the steps.</param>
/// <param name="listener">Hears of them.</param>
/// <param name="time">The clock.</param>
/// <param name="terraform">Where it submits what keeps running.</param>
/// <param name="done">Hears of each step that was carried out.</param>
public sealed class PlanRunner(StepExecutor executor, IRunListener listener, TimeProvider time, TerraformEngine? terraform = null, Action<Step>? done = null)
{
    /// <summary>Runs all steps, or only shows them.</summary>
    /// <exception cref="RunbookException">A step failed.</exception>
    public async Task RunAsync(ProcedurePlan plan, bool dryRun, CancellationToken ct)
    {
        plan = terraform?.Of(plan) ?? plan;
        listener.Planned(plan, dryRun);
        if (dryRun)
            return;
        if (terraform is not null)
            await terraform.PrepareAsync(plan, ct);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            // Between two steps is the best place to stop.
            ct.ThrowIfCancellationRequested();
            listener.StepStarted(plan.Steps[i], i + 1, plan.Steps.Count);
            var start = time.GetTimestamp();
            try
            {
                await executor.RunAsync(plan.Steps[i], ct);
            }
            catch (RunbookException e) when (e is NomadAwayException || e.Code == ExitCode.WrongUse || (i > 0 && e.State == RunbookException.Unchanged))
            {
                // It speaks for its step alone. A right or an address that ends in the middle of a run is no wrong use: something may have been done.
                throw new RunbookException(e.Code == ExitCode.WrongUse ? ExitCode.Failed : e.Code, e.Message, e)
                {
                    State = Done(plan, i),
                    Next = e is NomadAwayException ? "check that Nomad runs (nomad node status), then the same command again" : e.Next,
                };
            }
            done?.Invoke(plan.Steps[i]);
            listener.StepDone(plan.Steps[i], time.GetElapsedTime(start));
        }
    }

    private static string Done(ProcedurePlan plan, int done) =>
        (done == 0 ? "no step is done" : $"{done} of {plan.Steps.Count} steps are done, the last one: {plan.Steps[done - 1].Title}")
        + $"; not finished: {plan.Steps[done].Title}; what runs in Nomad continues";
}

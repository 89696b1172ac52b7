using Runbook.Cluster;
using Runbook.Settings;

namespace Runbook.Steps;

/// <summary>Puts Terraform in the place of <c>nomad</c> in a plan, for what keeps running. The one-off jobs stay as they are. Pure.</summary>
public static class TerraformSteps
{
    /// <summary>The same plan, with consecutive steps of lasting jobs as one apply.</summary>
    public static ProcedurePlan Of(ClusterSettings settings, ProcedurePlan plan)
    {
        var steps = new List<Step>();
        foreach (var step in plan.Steps.SelectMany(s => Translate(settings, s)))
        {
            if (step is ApplyTerraform next && steps is [.., ApplyTerraform last] && last.Fits(next))
                steps[^1] = last.And(next);
            else
                steps.Add(step);
        }

        return plan with { Steps = steps };
    }

    /// <summary>What a deployment ends with: whatever differs in Terraform's eyes. Schedules that are held back stay so.</summary>
    public static ApplyTerraform Everything(ClusterFacts facts, IReadOnlyList<JobChange> changes)
    {
        var lasting = changes.Where(c => c.Job.Role.IsLasting()).ToList();
        var wanted = HeldSchedules.Without(facts, lasting).Select(c => c.Job).ToList();
        return new ApplyTerraform(
            wanted,
            [.. lasting.Select(c => c.Job).Except(wanted).Select(j => new StoppedJob(j.Id, j.Role, Purge: false, EndRuns: false, Configured: true))],
            Everything: true);
    }

    /// <summary>Those of the jobs that Terraform keeps running; the others are none of its business.</summary>
    public static IEnumerable<StoppedJob> Removed(ClusterSettings settings, IEnumerable<string> ids) =>
        from id in ids
        let role = Role(settings, id)
        where role is not null
        select new StoppedJob(id, role.Value, Purge: true, EndRuns: false, Configured: false);

    private static IEnumerable<Step> Translate(ClusterSettings settings, Step step) => step switch
    {
        SubmitJob { Job: var job } when job.Role.IsLasting() => [new ApplyTerraform([job], [])],
        ResubmitJob { Job: var job } when job.Role.IsLasting() => [new ApplyTerraform([job], [])],
        RemoveJob { JobId: var id } when Removed(settings, [id]).ToList() is { Count: > 0 } removed => [new ApplyTerraform([], removed)],
        StopJobs stop => Stopped(settings, stop),
        HoldSchedules hold => [Stopping(settings, hold.JobIds, purge: false, endRuns: false)],
        _ => [step],
    };

    private static IEnumerable<Step> Stopped(ClusterSettings settings, StopJobs step)
    {
        var lasting = step.JobIds.Where(id => Role(settings, id) is not null).ToList();
        var others = step.JobIds.Except(lasting).ToList();
        if (lasting.Count > 0)
            yield return Stopping(settings, lasting, step.Purge, endRuns: true);
        if (others.Count > 0)
            yield return step with { JobIds = others };
    }

    private static ApplyTerraform Stopping(ClusterSettings settings, IEnumerable<string> ids, bool purge, bool endRuns) => new(
        [], [.. ids.Select(id => new StoppedJob(id, Role(settings, id)!.Value, purge, endRuns, Configured: true))]);

    private static JobRole? Role(ClusterSettings settings, string id) =>
        JobCatalog.Jobs.FirstOrDefault(job => job.Role.IsLasting() && job.Id(settings) == id)?.Role;
}

using LocalNomad.Model;

namespace LocalNomad.State;

/// <summary>A job's status follows from its allocations and evaluations; it is brought up to date with every change.</summary>
internal static class JobStatusRule
{
    public static void Apply(Transaction transaction)
    {
        var touched = transaction.Changes
            .Select(change => change.Job?.ID ?? change.Allocation?.JobID ?? change.Evaluation?.JobID)
            .OfType<string>()
            .Distinct()
            .ToList();
        foreach (var id in touched)
        {
            if (transaction.State.Jobs.GetValueOrDefault(id) is { } job && Of(transaction.State, job) is var status && status != job.Status)
                transaction.Put(job with { Status = status, ModifyIndex = transaction.Index });
        }
    }

    private static string Of(ClusterState state, Job job)
    {
        if (job.IsPeriodic || job.IsParameterized)
            return job.Stop ? JobStatuses.Dead : JobStatuses.Running;
        var allocations = state.AllocationsOf(job.ID).ToList();
        if (allocations.Exists(allocation => !allocation.Terminal))
            return JobStatuses.Running;
        var evaluations = state.Evaluations.Values.Where(evaluation => evaluation.JobID == job.ID).ToList();
        if (evaluations.Exists(evaluation => evaluation.Status is EvalStatuses.Pending or EvalStatuses.Blocked))
            return JobStatuses.Pending;
        return allocations.Count > 0 || evaluations.Count > 0 || job.Stop ? JobStatuses.Dead : JobStatuses.Pending;
    }
}

using LocalNomad.Model;
using LocalNomad.State;

namespace LocalNomad.Scheduling;

/// <summary>Forgets what ended long ago, so that the state stays small however long the agent lives.</summary>
internal static class Collector
{
    private const int KeptJobs = 50;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(4);

    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(5);

    /// <param name="transaction">Where the removals go.</param>
    /// <param name="everything">Whether age does not count: all that has ended goes.</param>
    public static void Collect(Transaction transaction, bool everything)
    {
        foreach (var job in DeadJobs(transaction, everything))
        {
            foreach (var allocation in transaction.State.AllocationsOf(job.ID).ToList())
                Remove(transaction, allocation);
            transaction.Remove(ChangeKind.Job, job.ID);
            transaction.Remove(ChangeKind.Version, job.ID);
            if (transaction.State.Launches.ContainsKey(job.ID))
                transaction.Remove(ChangeKind.Launch, job.ID);
        }

        foreach (var allocation in transaction.State.Allocations.Values.Where(one => IsForgotten(transaction, one, everything)).ToList())
            Remove(transaction, allocation);
        var kept = transaction.State.Allocations.Values.SelectMany(one => new[] { one.EvalID, one.FollowupEvalID }).ToHashSet();
        foreach (var evaluation in transaction.State.Evaluations.Values
            .Where(one => one.Status is EvalStatuses.Complete or EvalStatuses.Canceled && !kept.Contains(one.ID)
                && (everything || IsOld(transaction, one.ModifyTime))).ToList())
        {
            transaction.Remove(ChangeKind.Evaluation, evaluation.ID);
        }

        foreach (var deployment in transaction.State.Deployments.Values.Where(one => !transaction.State.Jobs.ContainsKey(one.JobID)).ToList())
            transaction.Remove(ChangeKind.Deployment, deployment.ID);
    }

    // A stopped job is gone when it is old; of one-off jobs, many in a short time, the latest are kept too.
    private static List<Job> DeadJobs(Transaction transaction, bool everything) =>
        [.. transaction.State.Jobs.Values
            .Where(job => job.Status == JobStatuses.Dead && (job.Stop || job.Type == JobTypes.Batch)
                && transaction.State.AllocationsOf(job.ID).All(allocation => allocation.ClientTerminal))
            .OrderByDescending(job => job.ModifyIndex)
            .Where((job, rank) => everything || rank >= KeptJobs || IsOld(transaction, LastTouched(transaction, job)))];

    private static long LastTouched(Transaction transaction, Job job) =>
        transaction.State.AllocationsOf(job.ID).Select(allocation => allocation.ModifyTime).Append(job.SubmitTime).Max();

    // Of a purged job, or replaced long ago.
    private static bool IsForgotten(Transaction transaction, Allocation allocation, bool everything) =>
        allocation.ClientTerminal && (everything || IsOld(transaction, allocation.ModifyTime))
        && (!transaction.State.Jobs.ContainsKey(allocation.JobID) || allocation.DesiredStatus == DesiredStatuses.Stop);

    private static bool IsOld(Transaction transaction, long time) => UnixTime.FromNanoseconds(time) + KeptFor < transaction.Now;

    private static void Remove(Transaction transaction, Allocation allocation)
    {
        transaction.Remove(ChangeKind.Allocation, allocation.ID);
        transaction.Remove(ChangeKind.AllocationJob, allocation.ID);
        if (transaction.State.Evaluations.ContainsKey(allocation.EvalID))
            transaction.Remove(ChangeKind.Evaluation, allocation.EvalID);
    }
}

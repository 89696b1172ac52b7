using LocalNomad.Model;
using LocalNomad.State;

namespace LocalNomad.Scheduling;

/// <summary>Launches periodic jobs when they are due. Launches missed while no agent ran are made up for by one.</summary>
internal sealed class PeriodicLauncher(JobService jobs)
{
    /// <returns>When the next job is due.</returns>
    public DateTimeOffset? Launch(Transaction transaction)
    {
        DateTimeOffset? next = null;
        foreach (var job in transaction.State.Jobs.Values.Where(job => job is { Periodic.Enabled: true, Stop: false }).ToList())
        {
            var schedule = new CronSchedule(job.Periodic!);
            var last = transaction.State.Launches.GetValueOrDefault(job.ID, UnixTime.FromNanoseconds(job.SubmitTime));
            if (schedule.Next(last) is { } due && due <= transaction.Now)
            {
                var missed = due;
                while (schedule.Next(missed) is { } later && later <= transaction.Now)
                    missed = later;
                if (job.Periodic!.ProhibitOverlap && HasRunningChild(transaction.State, job))
                    transaction.PutLaunch(job.ID, missed);
                else
                    jobs.Launch(transaction, job, missed);
            }

            if (NextOf(job, transaction.Now) is { } coming && (next is null || coming < next))
                next = coming;
        }

        return next;
    }

    public static DateTimeOffset? NextOf(Job job, DateTimeOffset now) =>
        job is { Periodic: { Enabled: true } periodic, Stop: false } ? new CronSchedule(periodic).Next(now) : null;

    private static bool HasRunningChild(ClusterState state, Job parent) =>
        state.Jobs.Values.Any(job => job.ParentID == parent.ID && job.Status != JobStatuses.Dead);
}

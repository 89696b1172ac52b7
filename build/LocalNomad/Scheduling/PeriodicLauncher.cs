using System.Collections.Immutable;
using LocalNomad.Model;
using LocalNomad.State;

namespace LocalNomad.Scheduling;

/// <summary>
/// Launches periodic jobs as Nomad's leader does (nomad/periodic.go and nomad/leader.go). It keeps in memory when each is due
/// next, counted from when it was given. However much was missed while no agent ran, at its start it launches once. What an
/// agent slept through without ending is launched one after the other. prohibit_overlap holds back both while a run
/// is at work (the one at the start since 1.4.9; before, it came beside it).
/// </summary>
internal sealed class PeriodicLauncher(JobService jobs)
{
    /// <param name="transaction">Where the launches go.</param>
    /// <param name="tracked">What the call before returned; null at the start of the agent.</param>
    /// <returns>What is tracked from now on. It counts only once the transaction is on disk: until then what is due stays due.</returns>
    public ImmutableDictionary<string, Tracked> Launch(Transaction transaction, ImmutableDictionary<string, Tracked>? tracked)
    {
        var result = ImmutableDictionary.CreateBuilder<string, Tracked>();
        foreach (var job in transaction.State.Jobs.Values.Where(IsActive).ToList())
        {
            var schedule = new CronSchedule(job.Periodic!);
            if (tracked is null && Missed(transaction, job, schedule) && IsFree(transaction.State, job))
                jobs.Launch(transaction, job, transaction.Now);
            var known = tracked?.GetValueOrDefault(job.ID);
            var due = known?.JobModifyIndex == job.JobModifyIndex
                ? known.Next
                : schedule.Next(tracked is null ? transaction.Now : UnixTime.FromNanoseconds(job.SubmitTime));
            for (; due <= transaction.Now; due = schedule.Next(due.Value))
            {
                if (IsFree(transaction.State, job))
                    jobs.Launch(transaction, job, due.Value);
            }

            result[job.ID] = new Tracked(job.JobModifyIndex, due);
        }

        return result.ToImmutable();
    }

    public static DateTimeOffset? NextOf(Job job, DateTimeOffset now) => IsActive(job) ? new CronSchedule(job.Periodic!).Next(now) : null;

    private static bool IsActive(Job job) => job is { Periodic.Enabled: true, Stop: false };

    // The last launch, or when the job was given, whenever it was changed or stopped since.
    private static bool Missed(Transaction transaction, Job job, CronSchedule schedule) =>
        schedule.Next(transaction.State.Launches.GetValueOrDefault(job.ID, UnixTime.FromNanoseconds(job.SubmitTime))) < transaction.Now;

    private static bool IsFree(ClusterState state, Job parent) =>
        !parent.Periodic!.ProhibitOverlap || !state.Jobs.Values.Any(job => job.ParentID == parent.ID && job.Status != JobStatuses.Dead);
}

/// <summary>A periodic job that waits for its time.</summary>
/// <param name="JobModifyIndex">Which version of the job.</param>
/// <param name="Next">When it is due; null for never again.</param>
internal sealed record Tracked(long JobModifyIndex, DateTimeOffset? Next);

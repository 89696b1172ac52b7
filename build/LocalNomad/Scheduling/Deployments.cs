using LocalNomad.Model;
using LocalNomad.State;

namespace LocalNomad.Scheduling;

/// <summary>Follows a new version of a service until it proves healthy or its time is up.</summary>
internal static class Deployments
{
    /// <summary>The deployment that an allocation of this version belongs to; batch jobs have none.</summary>
    public static Deployment? For(Transaction transaction, Job job, TaskGroup group)
    {
        if (job.Type != JobTypes.Service || group.Update is not { MaxParallel: > 0 } update)
            return null;
        var latest = transaction.State.LatestDeploymentOf(job.ID);
        if (latest is not null && latest.JobVersion == job.Version && latest.JobModifyIndex == job.JobModifyIndex)
            return latest;
        Cancel(transaction, job.ID);
        return transaction.Put(new Deployment
        {
            ID = Ids.New(),
            JobID = job.ID,
            JobVersion = job.Version,
            JobModifyIndex = job.JobModifyIndex,
            TaskGroups = job.TaskGroups.Where(other => other.Count > 0).ToDictionary(other => other.Name, other => new DeploymentGroup
            {
                DesiredTotal = 1,
                PlacedAllocs = 1,
                ProgressDeadline = update.ProgressDeadline,
                RequireProgressBy = (transaction.Now + Duration.ToTimeSpan(update.ProgressDeadline)).UtcDateTime,
            }),
        });
    }

    public static void Cancel(Transaction transaction, string job)
    {
        if (transaction.State.LatestDeploymentOf(job) is { Status: DeploymentStatuses.Running } running)
            transaction.Put(running with { Status = DeploymentStatuses.Cancelled, StatusDescription = "Cancelled because job is stopped or updated" });
    }

    /// <summary>Judges every running deployment.</summary>
    /// <returns>When to look again although nothing has changed; null if there is no need to.</returns>
    public static DateTimeOffset? Judge(Transaction transaction)
    {
        DateTimeOffset? next = null;
        foreach (var deployment in transaction.State.Deployments.Values.Where(one => one.Status == DeploymentStatuses.Running).ToList())
        {
            if (Judge(transaction, deployment) is { } due && (next is null || due < next))
                next = due;
        }

        return next;
    }

    private static DateTimeOffset? Judge(Transaction transaction, Deployment deployment)
    {
        var allocations = transaction.State.AllocationsOf(deployment.JobID).Where(one => one.DeploymentID == deployment.ID).ToList();
        DateTimeOffset? next = null;
        foreach (var allocation in allocations.Where(one => one.DeploymentStatus is null))
        {
            var group = transaction.State.AllocationJobs[allocation.ID].TaskGroups.First(one => one.Name == allocation.TaskGroup);
            var (healthy, due) = Health(allocation, group, transaction.Now);
            if (healthy is { } verdict)
            {
                transaction.Put(allocation with
                {
                    DeploymentStatus = new AllocationHealth(verdict, transaction.Now.UtcDateTime, transaction.Index),
                });
            }
            else if (next is null || due < next)
            {
                next = due;
            }
        }

        var groups = deployment.TaskGroups.ToDictionary(pair => pair.Key, pair => Count(transaction, deployment, pair.Key, pair.Value));
        var judged = deployment with { TaskGroups = groups };
        if (groups.Values.All(group => group.HealthyAllocs >= group.DesiredTotal))
        {
            judged = judged with { Status = DeploymentStatuses.Successful, StatusDescription = "Deployment completed successfully" };
            if (transaction.State.Jobs.GetValueOrDefault(deployment.JobID) is { } job && job.Version == deployment.JobVersion)
                transaction.PutVersion(transaction.Put(job with { Stable = true, ModifyIndex = transaction.Index }));
        }
        else if (groups.Values.Min(group => group.RequireProgressBy) is var deadline && deadline <= transaction.Now.UtcDateTime)
        {
            judged = judged with { Status = DeploymentStatuses.Failed, StatusDescription = "Failed due to progress deadline" };
        }
        else if (next is null || deadline < next.Value.UtcDateTime)
        {
            next = new DateTimeOffset(deadline, TimeSpan.Zero);
        }

        if (!Same(judged, deployment))
            transaction.Put(judged);
        return judged.Status == DeploymentStatuses.Running ? next : null;
    }

    private static DeploymentGroup Count(Transaction transaction, Deployment deployment, string name, DeploymentGroup group)
    {
        var placed = transaction.State.AllocationsOf(deployment.JobID)
            .Where(one => one.DeploymentID == deployment.ID && one.TaskGroup == name).ToList();
        return group with
        {
            PlacedAllocs = placed.Count,
            HealthyAllocs = placed.Count(one => one.DeploymentStatus is { Healthy: true } && !one.Terminal),
            UnhealthyAllocs = placed.Count(one => one.DeploymentStatus is { Healthy: false }),
        };
    }

    private static bool Same(Deployment left, Deployment right) =>
        left.Status == right.Status && left.TaskGroups.All(pair => right.TaskGroups[pair.Key] == pair.Value);

    // Healthy: every task that is meant to keep running has done so for long enough without a restart.
    private static (bool? Healthy, DateTimeOffset Due) Health(Allocation allocation, TaskGroup group, DateTimeOffset now)
    {
        var update = group.Update!;
        var deadline = UnixTime.FromNanoseconds(allocation.CreateTime) + Duration.ToTimeSpan(update.HealthyDeadline);
        if (allocation.ClientStatus == ClientStatuses.Failed || now >= deadline)
            return (false, deadline);
        if (allocation.ClientStatus != ClientStatuses.Running)
            return (null, deadline);
        var states = allocation.TaskStates!;
        var running = states.Values.Where(task => task.State == TaskStates.Running).ToList();
        if (running.Count == 0 || group.Tasks.Any(task => task.Lifecycle?.Hook != Hooks.Poststop && states[task.Name].State == TaskStates.Pending))
            return (null, deadline);
        var since = running.Max(task => task.StartedAt ?? now.UtcDateTime);
        var due = new DateTimeOffset(since, TimeSpan.Zero) + Duration.ToTimeSpan(update.MinHealthyTime);
        return due <= now ? (true, due) : (null, due < deadline ? due : deadline);
    }
}

using LocalNomad.Model;
using LocalNomad.State;

namespace LocalNomad.Scheduling;

/// <summary>
/// Brings allocations into line with a job. Runs inside the change that made it necessary: with one node there is
/// nothing to weigh, and nobody sees a job without its placement.
/// </summary>
internal sealed class Scheduler(Node node)
{
    private const string JobStopped = "alloc not needed due to job update";
    private const string JobUpdated = "alloc is being updated due to job update";
    private const string Rescheduled = "alloc was rescheduled because it failed";

    public static Evaluation NewEvaluation(Job job, string trigger) => new()
    {
        ID = Ids.New(), JobID = job.ID, Type = job.Type, TriggeredBy = trigger, Priority = job.Priority, JobModifyIndex = job.JobModifyIndex,
    };

    /// <summary>Works an evaluation off; what it returns is stored already.</summary>
    public Evaluation Process(Transaction transaction, Evaluation evaluation)
    {
        var job = transaction.State.Jobs.GetValueOrDefault(evaluation.JobID);
        if (job is null || job.Stop)
        {
            StopAll(transaction, evaluation.JobID);
            return Complete(transaction, evaluation);
        }

        if (job.IsPeriodic || job.IsParameterized)
            return Complete(transaction, evaluation);
        foreach (var group in job.TaskGroups)
            evaluation = ProcessGroup(transaction, evaluation, job, group);
        return Complete(transaction, evaluation with { DeploymentID = transaction.State.LatestDeploymentOf(job.ID)?.ID ?? "" });
    }

    /// <summary>What <see cref="Process"/> would do to the job's group, for a plan.</summary>
    public GroupPlan Plan(ClusterState state, Job job, TaskGroup group)
    {
        var existing = Existing(state, job.ID, group.Name);
        if (existing is not null && !NeedsReplacement(state, existing, job, group))
        {
            var runs = group.Count > 0 && existing is { Terminal: false };
            return new GroupPlan(group.Count == 0 ? PlanAction.Stop : runs && existing.JobVersion != job.Version ? PlanAction.Update : PlanAction.Ignore, null);
        }

        if (group.Count == 0)
            return new GroupPlan(PlanAction.Ignore, null);
        var action = existing is { Terminal: false } ? PlanAction.Replace : PlanAction.Create;
        return new GroupPlan(action, Placement.Problem(state, node, job, group));
    }

    private Evaluation ProcessGroup(Transaction transaction, Evaluation evaluation, Job job, TaskGroup group)
    {
        var existing = Existing(transaction.State, job.ID, group.Name);
        if (group.Count == 0)
        {
            if (existing is { Terminal: false })
                Stop(transaction, existing, JobStopped);
            return evaluation;
        }

        if (existing is not null && !NeedsReplacement(transaction.State, existing, job, group))
        {
            if (existing.DesiredStatus == DesiredStatuses.Run && existing.ClientStatus == ClientStatuses.Failed)
                return Retry(transaction, evaluation, job, group, existing);
            if (!existing.Terminal && existing.JobVersion != job.Version)
                UpdateInPlace(transaction, existing, job);
            return evaluation;
        }

        if (Placement.Problem(transaction.State, node, job, group) is { } problem)
            return Block(transaction, evaluation, group, problem);
        var replaced = existing is { Terminal: false } or { ClientStatus: ClientStatuses.Failed } ? existing : null;
        var created = Create(transaction, evaluation, job, group, replaced, tracker: null);
        if (replaced is not null)
            Stop(transaction, replaced with { NextAllocation = created.ID }, JobUpdated);
        return evaluation;
    }

    // Allocations told to stop are the past; of the rest the newest stands for the group.
    private static Allocation? Existing(ClusterState state, string job, string group) =>
        state.AllocationsOf(job).FirstOrDefault(allocation => allocation.TaskGroup == group && allocation.DesiredStatus == DesiredStatuses.Run);

    private static bool NeedsReplacement(ClusterState state, Allocation existing, Job job, TaskGroup group)
    {
        if (!state.AllocationJobs.TryGetValue(existing.ID, out var old) || old.CreateIndex != job.CreateIndex)
            return true;
        if (old.JobModifyIndex == job.JobModifyIndex)
            return false;
        return existing.Terminal || JobDifference.NeedsNewTasks(old, job, group.Name);
    }

    private Evaluation Retry(Transaction transaction, Evaluation evaluation, Job job, TaskGroup group, Allocation failed)
    {
        if (failed.FollowupEvalID.Length > 0 && failed.FollowupEvalID != evaluation.ID)
            return evaluation;
        if (failed.FollowupEvalID == evaluation.ID)
        {
            if (Placement.Problem(transaction.State, node, job, group) is { } problem)
                return Block(transaction, evaluation, group, problem);
            var tracker = Reschedule.Track(failed, group.ReschedulePolicy, transaction.Now);
            var created = Create(transaction, evaluation, job, group, failed, tracker);
            Stop(transaction, failed with { NextAllocation = created.ID }, Rescheduled);
            return evaluation;
        }

        if (Reschedule.DelayOf(failed, group.ReschedulePolicy, transaction.Now) is not { } delay)
            return evaluation;
        var followup = transaction.Put(NewEvaluation(job, "alloc-reschedule") with
        {
            PreviousEval = evaluation.ID,
            StatusDescription = "created for delayed rescheduling",
            WaitUntil = (transaction.Now + delay).UtcDateTime,
        });
        transaction.Put(failed with { FollowupEvalID = followup.ID });
        return evaluation;
    }

    private Allocation Create(
        Transaction transaction, Evaluation evaluation, Job job, TaskGroup group, Allocation? previous, RescheduleTracker? tracker)
    {
        var deployment = Deployments.For(transaction, job, group);
        var allocation = transaction.Put(new Allocation
        {
            ID = Ids.New(),
            EvalID = evaluation.ID,
            Name = $"{job.ID}.{group.Name}[0]",
            NodeID = node.ID,
            NodeName = node.Name,
            JobID = job.ID,
            JobType = job.Type,
            JobVersion = job.Version,
            TaskGroup = group.Name,
            DeploymentID = deployment?.ID ?? "",
            PreviousAllocation = previous?.ID ?? "",
            RescheduleTracker = tracker,
            Ports = Placement.Ports(transaction.State, group),
            AllocModifyIndex = transaction.Index,
        });
        transaction.PutAllocationJob(allocation.ID, job);
        return allocation;
    }

    private static void UpdateInPlace(Transaction transaction, Allocation allocation, Job job)
    {
        transaction.Put(allocation with { JobVersion = job.Version, AllocModifyIndex = transaction.Index });
        transaction.PutAllocationJob(allocation.ID, job);
    }

    private static Evaluation Block(Transaction transaction, Evaluation evaluation, TaskGroup group, PlacementMetrics problem)
    {
        var metrics = new Dictionary<string, PlacementMetrics> { [group.Name] = problem };
        var queued = new Dictionary<string, int> { [group.Name] = 1 };
        if (evaluation.Status == EvalStatuses.Blocked)
            return evaluation with { FailedTGAllocs = metrics, QueuedAllocations = queued };
        CancelBlocked(transaction, evaluation.JobID);
        var blocked = transaction.Put(evaluation with
        {
            ID = Ids.New(),
            Status = EvalStatuses.Blocked,
            TriggeredBy = "queued-allocs",
            StatusDescription = "created to place remaining allocations",
            PreviousEval = evaluation.ID,
            CreateIndex = 0,
            CreateTime = 0,
            WaitUntil = null,
        });
        return evaluation with { FailedTGAllocs = metrics, QueuedAllocations = queued, BlockedEval = blocked.ID };
    }

    private static void StopAll(Transaction transaction, string job)
    {
        CancelBlocked(transaction, job);
        foreach (var allocation in transaction.State.AllocationsOf(job).Where(allocation => !allocation.Terminal).ToList())
            Stop(transaction, allocation, JobStopped);
        Deployments.Cancel(transaction, job);
    }

    private static void CancelBlocked(Transaction transaction, string job)
    {
        var open = transaction.State.Evaluations.Values
            .Where(other => other.JobID == job && (other.Status == EvalStatuses.Blocked || other.WaitUntil is not null && other.Status == EvalStatuses.Pending));
        foreach (var other in open.ToList())
            transaction.Put(other with { Status = EvalStatuses.Canceled, StatusDescription = "canceled because a newer evaluation took over" });
    }

    private static void Stop(Transaction transaction, Allocation allocation, string why) => transaction.Put(allocation with
    {
        DesiredStatus = DesiredStatuses.Stop, DesiredDescription = why, AllocModifyIndex = transaction.Index,
    });

    private static Evaluation Complete(Transaction transaction, Evaluation evaluation)
    {
        // A blocked evaluation that still finds no place goes on waiting.
        var waiting = evaluation is { Status: EvalStatuses.Blocked, FailedTGAllocs: not null } && evaluation.BlockedEval.Length == 0
            && transaction.State.AllocationsOf(evaluation.JobID).All(allocation => allocation.EvalID != evaluation.ID)
            && transaction.State.Jobs.GetValueOrDefault(evaluation.JobID) is { Stop: false };
        return transaction.Put(waiting ? evaluation : evaluation with
        {
            Status = EvalStatuses.Complete,
            QueuedAllocations = evaluation.QueuedAllocations
                ?? transaction.State.Jobs.GetValueOrDefault(evaluation.JobID)?.TaskGroups.ToDictionary(group => group.Name, _ => 0),
        });
    }
}

internal enum PlanAction
{
    Ignore,
    Create,
    Replace,
    Update,
    Stop,
}

internal sealed record GroupPlan(PlanAction Action, PlacementMetrics? Failure);

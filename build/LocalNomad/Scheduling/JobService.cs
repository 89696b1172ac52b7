using LocalNomad.Jobspec;
using LocalNomad.Model;
using LocalNomad.State;

namespace LocalNomad.Scheduling;

/// <summary>What can be asked of the server's side of the agent: register, stop, dispatch and force jobs.</summary>
internal sealed class JobService(StateStore store, Scheduler scheduler)
{
    /// <returns>The evaluation's id; empty for jobs that are only templates or schedules.</returns>
    /// <exception cref="ApiException">The job is invalid, cannot be run here, or is not at the expected index.</exception>
    public string Register(JobFile file, long? expectedIndex)
    {
        RequireRunnable(file);
        return store.Update(transaction =>
        {
            var existing = transaction.State.Jobs.GetValueOrDefault(file.Job.ID);
            if (expectedIndex is { } index)
                CheckIndex(existing, index);
            var job = existing is not null && JobDifference.IsSame(existing, file.Job) ? existing : Store(transaction, file.Job, existing);
            return Evaluate(transaction, job, "job-register");
        });
    }

    /// <exception cref="ApiException">The job is invalid or cannot be run here.</exception>
    public JobPlan Plan(JobFile file)
    {
        RequireRunnable(file);
        var state = store.Current;
        var existing = state.Jobs.GetValueOrDefault(file.Job.ID);
        var same = existing is not null && JobDifference.IsSame(existing, file.Job);
        // A changed job carries an index that no allocation was made from yet.
        var planned = same ? existing! : file.Job with
        {
            CreateIndex = existing?.CreateIndex ?? 0, JobModifyIndex = -1, Version = (existing?.Version ?? -1) + 1,
        };
        var template = planned.IsPeriodic || planned.IsParameterized;
        var groups = template ? [] : planned.TaskGroups.ToDictionary(group => group.Name, group => scheduler.Plan(state, planned, group));
        return new JobPlan(existing, planned, same, groups);
    }

    /// <returns>The evaluation's id; empty for jobs that are only templates or schedules.</returns>
    /// <exception cref="ApiException">There is no such job.</exception>
    public string Deregister(string id, bool purge) => store.Update(transaction =>
    {
        var job = transaction.State.Jobs.GetValueOrDefault(id) ?? throw new ApiException(404, "job not found");
        if (purge)
            Forget(transaction, job.ID);
        else if (!job.Stop)
            job = Store(transaction, job with { Stop = true }, job);
        return Evaluate(transaction, job, "job-deregister");
    });

    /// <summary>Makes an earlier version of a job its newest one.</summary>
    /// <returns>The evaluation's id; empty for jobs that are only templates or schedules.</returns>
    /// <exception cref="ApiException">There is no such version, or it is the present one.</exception>
    public string Revert(string id, long version) => store.Update(transaction =>
    {
        var job = transaction.State.Jobs.GetValueOrDefault(id) ?? throw new ApiException(500, $"job \"{id}\" not found");
        if (job.Version == version)
            throw new ApiException(500, "can't revert to current version");
        var old = transaction.State.Versions.GetValueOrDefault(id, []).Find(other => other.Version == version)
            ?? throw new ApiException(500, $"job \"{id}\" in namespace \"{job.Namespace}\" at version {version} not found");
        // What was stable stays so: the new version is a copy of it.
        return Evaluate(transaction, Store(transaction, old, job, old.Stable), "job-register");
    });

    /// <exception cref="ApiException">There is no such job, it cannot be dispatched, or the meta do not fit it.</exception>
    public Launched Dispatch(string id, IReadOnlyDictionary<string, string> meta, bool payload) => store.Update(transaction =>
    {
        var job = transaction.State.Jobs.GetValueOrDefault(id) ?? throw new ApiException(500, "parameterized job not found");
        if (job.ParameterizedJob is not { } parameters || job.Dispatched)
            throw new ApiException(500, $"Specified job \"{id}\" is not a parameterized job");
        if (job.Stop)
            throw new ApiException(500, $"Specified job \"{id}\" is stopped");
        CheckDispatch(parameters, meta, payload);
        var child = Child(job, $"{job.ID}/dispatch-{transaction.Now.ToUnixTimeSeconds()}-{Ids.ShortRandom()}") with
        {
            Dispatched = true,
            Meta = Merge(job.Meta, meta),
        };
        return new Launched(child.ID, Evaluate(transaction, Store(transaction, child, existing: null), "job-register"));
    });

    /// <summary>Launches a periodic job now, whatever its schedule and whatever of it is still running.</summary>
    /// <exception cref="ApiException">The job is not on its schedule: stopped or disabled.</exception>
    public Launched Force(string id) => store.Update(transaction =>
    {
        var job = transaction.State.Jobs.GetValueOrDefault(id);
        return job is { Periodic.Enabled: true, Stop: false }
            ? Launch(transaction, job, transaction.Now)
            : throw new ApiException(500, $"force launch for job \"{id}\" failed: can't force run non-tracked job \"{id}\" (default)");
    });

    public Launched Launch(Transaction transaction, Job job, DateTimeOffset moment)
    {
        var id = $"{job.ID}/periodic-{moment.ToUnixTimeSeconds()}";
        transaction.PutLaunch(job.ID, DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds()));
        var child = Child(job, id) with { Periodic = null };
        // A second launch within the same second is the same child.
        var stored = transaction.State.Jobs.GetValueOrDefault(id) ?? Store(transaction, child, existing: null);
        return new Launched(id, Evaluate(transaction, stored, "periodic-job"));
    }

    /// <summary>Stops one allocation; its job, if it is to run, gets another.</summary>
    public string StopAllocation(string id) => store.Update(transaction =>
    {
        var allocation = transaction.State.Allocations.GetValueOrDefault(id) ?? throw new ApiException(404, "alloc not found");
        var job = transaction.State.Jobs.GetValueOrDefault(allocation.JobID) ?? transaction.State.AllocationJobs[id];
        if (!allocation.Terminal)
            transaction.Put(allocation with { DesiredStatus = DesiredStatuses.Stop, DesiredDescription = "alloc is being migrated" });
        var evaluation = scheduler.Process(transaction, transaction.Put(Scheduler.NewEvaluation(job, "alloc-stop")));
        if (transaction.State.AllocationsOf(job.ID).FirstOrDefault(one => one.EvalID == evaluation.ID) is { } created)
        {
            transaction.Put(created with { PreviousAllocation = id });
            transaction.Put(transaction.State.Allocations[id] with { NextAllocation = created.ID });
        }

        return evaluation.ID;
    });

    /// <summary>Writes what a client reports, and does what follows for the job and for those that wait for room.</summary>
    public void UpdateFromClient(string id, Func<Allocation, Allocation> change) => store.Update(transaction =>
    {
        if (transaction.State.Allocations.GetValueOrDefault(id) is not { } before)
            return;
        var after = transaction.Put(change(before));
        if (!after.ClientTerminal || before.ClientTerminal)
            return;
        if (after is { ClientStatus: ClientStatuses.Failed, DesiredStatus: DesiredStatuses.Run }
            && transaction.State.Jobs.GetValueOrDefault(after.JobID) is { Stop: false } job)
        {
            Evaluate(transaction, job, "alloc-failure");
        }

        Unblock(transaction);
    });

    public void Unblock(Transaction transaction)
    {
        foreach (var blocked in transaction.State.Evaluations.Values.Where(one => one.Status == EvalStatuses.Blocked).OrderBy(one => one.CreateIndex).ToList())
        {
            if (transaction.State.Evaluations[blocked.ID].Status == EvalStatuses.Blocked)
                scheduler.Process(transaction, blocked);
        }
    }

    /// <summary>Works off the evaluations whose time has come.</summary>
    /// <returns>When the next one is due.</returns>
    public DateTimeOffset? ProcessDue(Transaction transaction)
    {
        DateTimeOffset? next = null;
        foreach (var waiting in transaction.State.Evaluations.Values.Where(one => one is { Status: EvalStatuses.Pending, WaitUntil: not null }).ToList())
        {
            var due = new DateTimeOffset(waiting.WaitUntil!.Value, TimeSpan.Zero);
            if (due <= transaction.Now)
                scheduler.Process(transaction, waiting);
            else if (next is null || due < next)
                next = due;
        }

        return next;
    }

    private static void RequireRunnable(JobFile file)
    {
        if (JobValidator.Validate(file.Job) is { Count: > 0 } problems)
            throw new ApiException(500, JobValidator.Format(problems));
        var refusals = file.Refusals.Select(refusal => refusal.ToString()).ToList();
        if (file.Job.Type is not (JobTypes.Service or JobTypes.Batch))
            refusals.Add($"type: \"{file.Job.Type}\" jobs need a real Nomad");
        if (file.Job.Namespace != "default")
            refusals.Add($"namespace: \"{file.Job.Namespace}\" is not available, only \"default\"");
        if (file.Job.Region != "global")
            refusals.Add($"region: \"{file.Job.Region}\" is not available, only \"global\"");
        if (file.Job.TaskGroups.Count > 1)
            refusals.Add($"{file.Job.TaskGroups.Count} groups: a job can have one group here");
        if (refusals.Count > 0)
            throw new ApiException(500, $"this single-node stand-in for Nomad cannot run the job \"{file.Job.ID}\":\n{string.Join('\n', refusals.Select(refusal => "\t* " + refusal))}\n");
    }

    private static void CheckIndex(Job? existing, long index)
    {
        var prefix = $"Enforcing job modify index {index}: ";
        if (existing is null && index != 0)
            throw new EnforceIndexException(prefix + "job does not exist");
        if (existing is not null && index == 0)
            throw new EnforceIndexException(prefix + "job already exists");
        if (existing is not null && existing.JobModifyIndex != index)
            throw new EnforceIndexException($"{prefix}job exists with conflicting job modify index: {existing.JobModifyIndex}");
    }

    private static void CheckDispatch(ParameterizedConfig parameters, IReadOnlyDictionary<string, string> meta, bool payload)
    {
        if (payload && parameters.Payload == "forbidden")
            throw new ApiException(500, "Payload provided but forbidden by parameterized job");
        if (payload)
            throw new ApiException(500, "this single-node stand-in for Nomad passes on meta only, no payload");
        if (parameters.Payload == "required")
            throw new ApiException(500, "Payload is not provided but required by parameterized job");
        var required = parameters.MetaRequired ?? [];
        var missing = required.Where(key => !meta.ContainsKey(key)).ToList();
        var unknown = meta.Keys.Where(key => !required.Contains(key) && !(parameters.MetaOptional ?? []).Contains(key)).ToList();
        if (unknown.Count > 0)
            throw new ApiException(500, $"Dispatch request included unpermitted metadata keys: [{string.Join(' ', unknown)}]");
        if (missing.Count > 0)
            throw new ApiException(500, $"Dispatch did not provide required meta keys: [{string.Join(' ', missing)}]");
    }

    private static Job Store(Transaction transaction, Job job, Job? existing, bool stable = false)
    {
        var stored = transaction.Put(job with
        {
            Version = existing is null ? 0 : existing.Version + 1,
            CreateIndex = existing?.CreateIndex ?? transaction.Index,
            ModifyIndex = transaction.Index,
            JobModifyIndex = transaction.Index,
            SubmitTime = transaction.Time,
            Status = existing?.Status ?? JobStatuses.Pending,
            Stable = stable,
        });
        transaction.PutVersion(stored);
        // Where no launch was yet, the time at which the job was given stands for it: what is missed from then on is made up for.
        if (stored is { Periodic.Enabled: true, Stop: false } && !transaction.State.Launches.ContainsKey(stored.ID))
            transaction.PutLaunch(stored.ID, transaction.Now);
        return stored;
    }

    private static void Forget(Transaction transaction, string id)
    {
        transaction.Remove(ChangeKind.Job, id);
        transaction.Remove(ChangeKind.Version, id);
        if (transaction.State.Launches.ContainsKey(id))
            transaction.Remove(ChangeKind.Launch, id);
    }

    private string Evaluate(Transaction transaction, Job job, string trigger)
    {
        if (job.IsPeriodic || job.IsParameterized)
            return "";
        return scheduler.Process(transaction, transaction.Put(Scheduler.NewEvaluation(job, trigger))).ID;
    }

    private static Job Child(Job parent, string id) => parent with { ID = id, Name = id, ParentID = parent.ID, Status = JobStatuses.Pending };

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string>? first, IReadOnlyDictionary<string, string> second)
    {
        var merged = new Dictionary<string, string>(first ?? new Dictionary<string, string>());
        foreach (var (key, value) in second)
            merged[key] = value;
        return merged;
    }
}

internal sealed record Launched(string JobId, string EvaluationId);

internal sealed record JobPlan(Job? Existing, Job Planned, bool IsSame, IReadOnlyDictionary<string, GroupPlan> Groups);

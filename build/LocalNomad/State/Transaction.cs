using LocalNomad.Model;

namespace LocalNomad.State;

/// <summary>Collects changes; reads through it see them already.</summary>
internal sealed class Transaction(ClusterState state, DateTimeOffset now)
{
    private readonly List<Change> _changes = [];

    public ClusterState State { get; private set; } = state;

    /// <summary>The index that everything changed here carries.</summary>
    public long Index { get; } = state.Index + 1;

    public DateTimeOffset Now => now;

    /// <summary>The time as the server writes it: nanoseconds since 1970.</summary>
    public long Time { get; } = UnixTime.Nanoseconds(now);

    public IReadOnlyList<Change> Changes => _changes;

    public Job Put(Job job) => Put(new Change { Kind = ChangeKind.Job, Key = job.ID, Job = job }, job);

    public void PutVersion(Job job) => Put(new Change { Kind = ChangeKind.Version, Key = job.ID, Job = job }, job);

    public Evaluation Put(Evaluation evaluation)
    {
        var stamped = evaluation with
        {
            CreateIndex = evaluation.CreateIndex == 0 ? Index : evaluation.CreateIndex,
            CreateTime = evaluation.CreateTime == 0 ? Time : evaluation.CreateTime,
            ModifyIndex = Index,
            SnapshotIndex = Index,
            ModifyTime = Time,
        };
        return Put(new Change { Kind = ChangeKind.Evaluation, Key = stamped.ID, Evaluation = stamped }, stamped);
    }

    public Allocation Put(Allocation allocation)
    {
        var stamped = allocation with
        {
            CreateIndex = allocation.CreateIndex == 0 ? Index : allocation.CreateIndex,
            CreateTime = allocation.CreateTime == 0 ? Time : allocation.CreateTime,
            ModifyIndex = Index,
            ModifyTime = Time,
        };
        return Put(new Change { Kind = ChangeKind.Allocation, Key = stamped.ID, Allocation = stamped }, stamped);
    }

    public void PutAllocationJob(string allocation, Job job) =>
        Put(new Change { Kind = ChangeKind.AllocationJob, Key = allocation, Job = job }, job);

    public Deployment Put(Deployment deployment)
    {
        var stamped = deployment with
        {
            CreateIndex = deployment.CreateIndex == 0 ? Index : deployment.CreateIndex,
            ModifyIndex = Index,
        };
        return Put(new Change { Kind = ChangeKind.Deployment, Key = stamped.ID, Deployment = stamped }, stamped);
    }

    public Variable Put(Variable variable)
    {
        var existing = State.Variables.GetValueOrDefault(variable.Path);
        var stamped = variable with
        {
            CreateIndex = existing?.CreateIndex ?? Index,
            CreateTime = existing?.CreateTime ?? Time,
            ModifyIndex = Index,
            ModifyTime = Time,
        };
        return Put(new Change { Kind = ChangeKind.Variable, Key = stamped.Path, Variable = stamped }, stamped);
    }

    public void PutLaunch(string job, DateTimeOffset launch) => Put(new Change { Kind = ChangeKind.Launch, Key = job, Launch = launch }, launch);

    public void Remove(ChangeKind kind, string key) => Put(new Change { Kind = kind, Key = key }, key);

    private T Put<T>(Change change, T value)
    {
        _changes.Add(change);
        State = change.Apply(State);
        return value;
    }
}

internal static class UnixTime
{
    public static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;

    public static DateTimeOffset FromNanoseconds(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);
}

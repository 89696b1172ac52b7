namespace LocalNomad.State;

/// <summary>
/// The one place where state changes: one change after the other, on disk before it is seen. Readers get a snapshot
/// that never changes under them.
/// </summary>
internal sealed class StateStore : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Journal _journal;
    private readonly TimeProvider _time;
    private TaskCompletionSource _changed = NewSignal();

    public StateStore(string journalPath, TimeProvider time)
    {
        _time = time;
        (_journal, var state) = Journal.Open(journalPath);
        Current = state;
    }

    public ClusterState Current { get; private set; }

    public TimeProvider Time => _time;

    /// <summary>Makes changes, all or none. Called by one at a time; what it throws leaves the state as it was.</summary>
    public T Update<T>(Func<Transaction, T> change)
    {
        TaskCompletionSource? changed = null;
        T result;
        lock (_gate)
        {
            var transaction = new Transaction(Current, _time.GetUtcNow());
            result = change(transaction);
            JobStatusRule.Apply(transaction);
            if (transaction.Changes.Count > 0)
            {
                _journal.Append(new ChangeSet(transaction.Index, transaction.Changes));
                var before = Current;
                Current = transaction.State with { Index = transaction.Index };
                // What was a secret yesterday must not stay in the history.
                if (transaction.Changes.Any(one => one.Kind == ChangeKind.Variable && before.Variables.ContainsKey(one.Key)))
                    _journal.Compact(Current);
                else
                    _journal.CompactIfLarge(Current);
                (changed, _changed) = (_changed, NewSignal());
            }
        }

        changed?.SetResult();
        return result;
    }

    public void Update(Action<Transaction> change) => Update<object?>(transaction =>
    {
        change(transaction);
        return null;
    });

    /// <summary>Waits until <paramref name="select"/> finds what it looks for in the state.</summary>
    public async Task<T> WaitForAsync<T>(Func<ClusterState, T?> select, CancellationToken cancellation)
        where T : class
    {
        while (true)
        {
            var (state, changed) = Look();
            if (select(state) is { } found)
                return found;
            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>A snapshot and what completes when it is no longer the newest.</summary>
    public (ClusterState State, Task Changed) Look()
    {
        lock (_gate)
            return (Current, _changed.Task);
    }

    public void Dispose() => _journal.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

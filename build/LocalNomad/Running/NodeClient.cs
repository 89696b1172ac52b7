using LocalNomad.Model;
using LocalNomad.Scheduling;
using LocalNomad.State;

namespace LocalNomad.Running;

/// <summary>The node's side of the agent: sees to it that allocations run, or stop, as the state says.</summary>
internal sealed class NodeClient(StateStore store, JobService jobs, Node node, string dataDirectory, TextWriter log)
{
    private readonly Dictionary<string, (AllocationRunner Runner, Task Done)> _runners = [];
    private readonly Lock _gate = new();

    public AllocationContext ContextOf(string allocation) => new(allocation, store, jobs, node, dataDirectory);

    public AllocationRunner? RunnerOf(string allocation)
    {
        lock (_gate)
            return _runners.TryGetValue(allocation, out var entry) ? entry.Runner : null;
    }

    /// <summary>Follows the state until cancelled. Tasks go on running after that.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var (state, changed) = store.Look();
            foreach (var allocation in state.Allocations.Values)
                Follow(allocation);
            Forget(state);
            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Stops every task and waits until all have ended.</summary>
    public async Task StopAllAsync()
    {
        List<(AllocationRunner Runner, Task Done)> running;
        lock (_gate)
            running = [.. _runners.Values];
        foreach (var (runner, _) in running)
            runner.Stop();
        await Task.WhenAll(running.Select(entry => entry.Done));
    }

    private void Follow(Allocation allocation)
    {
        lock (_gate)
        {
            if (!_runners.TryGetValue(allocation.ID, out var entry))
            {
                if (allocation.ClientTerminal)
                    return;
                var runner = new AllocationRunner(ContextOf(allocation.ID));
                entry = (runner, Task.Run(() => RunAsync(allocation.ID, runner)));
                _runners[allocation.ID] = entry;
            }

            if (allocation.DesiredStatus != DesiredStatuses.Run)
                entry.Runner.Stop();
        }
    }

    private async Task RunAsync(string id, AllocationRunner runner)
    {
        try
        {
            await runner.RunAsync();
        }
#pragma warning disable CA1031 // One allocation's trouble must not take the agent, and with it the others, down.
        catch (Exception error)
#pragma warning restore CA1031
        {
            await log.WriteLineAsync($"[ERROR] allocation {id}: {error}");
            // Its tasks must not run on unseen: another allocation may follow.
            runner.Stop();
            await runner.KillAsync();
            ContextOf(id).Finish(failed: true);
        }
    }

    // What was collected takes its files with it.
    private void Forget(ClusterState state)
    {
        List<string> gone;
        lock (_gate)
            gone = [.. _runners.Where(pair => pair.Value.Done.IsCompleted && !state.Allocations.ContainsKey(pair.Key)).Select(pair => pair.Key)];
        foreach (var id in gone)
        {
            lock (_gate)
            {
                _runners[id].Runner.Dispose();
                _runners.Remove(id);
            }
        }

        var root = Path.Combine(dataDirectory, "alloc");
        foreach (var path in Directory.EnumerateDirectories(root).Where(path => !state.Allocations.ContainsKey(Path.GetFileName(path))))
            new AllocationFolders(dataDirectory, Path.GetFileName(path)).Delete();
    }
}

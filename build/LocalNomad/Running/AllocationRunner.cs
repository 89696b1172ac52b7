using LocalNomad.Model;

namespace LocalNomad.Running;

/// <summary>
/// Runs an allocation's tasks in their order: those before the main tasks, the main tasks, those beside them, those
/// after them.
/// </summary>
internal sealed class AllocationRunner : IDisposable
{
    private readonly AllocationContext _context;
    private readonly Dictionary<string, TaskRunner> _tasks;
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AllocationRunner(AllocationContext context)
    {
        _context = context;
        _tasks = context.Group.Tasks.ToDictionary(task => task.Name, task => new TaskRunner(context, task.Name));
    }

    private IEnumerable<TaskRunner> Main => _tasks.Values.Where(task => task.Definition.Lifecycle is null);

    public TaskRunner? Find(string task) => _tasks.GetValueOrDefault(task);

    /// <summary>Runs the allocation to its end and writes down what became of it.</summary>
    public async Task RunAsync()
    {
        await WaitForPredecessorsAsync();
        // An unknown user is the failure of its task.
        _context.Folders.Create([.. _context.Group.Tasks.Select(task => TaskPreparation.AccountOf(task.User)).OfType<Posix.Account>()]);
        foreach (var task in _tasks.Values.Where(task => _context.StateOf(task.Name).Events.Count == 0))
            _context.Update(task.Name, state => state, TaskEvent.Received());

        var poststop = With(Hooks.Poststop).ToList();
        await RunUntilMainEndsAsync();
        // They run after the others whatever became of these, also after a stop.
        await Task.WhenAll(poststop.Select(task => task.RunAsync()));
        _context.Finish(_tasks.Values.Any(task => task.Failed));
    }

    /// <summary>Ends all tasks in the way each of them asks for.</summary>
    public void Stop()
    {
        if (_stopping.TrySetResult())
            StopAll(except: null);
    }

    /// <summary>Ends all tasks at once, without asking them.</summary>
    public Task KillAsync() => Task.WhenAll(_tasks.Values.Select(task => task.KillAsync()));

    public void Dispose()
    {
        foreach (var task in _tasks.Values)
            task.Dispose();
    }

    private async Task RunUntilMainEndsAsync()
    {
        var watching = new List<Task>();
        var ahead = With(Hooks.Prestart).ToList();
        var once = ahead.Where(task => task.Definition.Lifecycle is { Sidecar: false }).Select(RunAsync).ToList();
        var sidecars = ahead.Where(task => task.Definition.Lifecycle is { Sidecar: true }).ToList();
        watching.AddRange(once);
        watching.AddRange(sidecars.Select(RunAsync));
        await Task.WhenAny(Task.WhenAll(once.Concat(sidecars.Select(task => task.Running))), _stopping.Task);

        var main = Main.Select(RunAsync).ToList();
        watching.AddRange(main);
        var beside = With(Hooks.Poststart).ToList();
        if (beside.Count > 0)
        {
            // With no main task this never comes: Nomad leaves such a group pending too.
            var started = main.Count == 0 ? new TaskCompletionSource().Task : Task.WhenAll(Main.Select(task => task.Running));
            await Task.WhenAny(started, Task.WhenAll(main.Count == 0 ? [_stopping.Task] : main), _stopping.Task);
            watching.AddRange(beside.Select(RunAsync));
        }

        await Task.WhenAll(main);
        foreach (var sidecar in ahead.Concat(beside).Where(task => task.Definition.Lifecycle is { Sidecar: true }))
            sidecar.Stop(TaskEvent.MainTasksDead());
        await Task.WhenAll(watching);
    }

    private async Task RunAsync(TaskRunner task)
    {
        if (_stopping.Task.IsCompleted)
            task.Stop();
        await task.RunAsync();
        if (task.Failed && _stopping.TrySetResult())
            StopAll(task, TaskEvent.SiblingFailed(task.Name));
        else if (task.Definition.Leader && _stopping.TrySetResult())
            StopAll(task, TaskEvent.LeaderDead());
    }

    private void StopAll(TaskRunner? except, params ReadOnlySpan<TaskEvent> why)
    {
        foreach (var task in _tasks.Values.Where(task => task != except && task.Definition.Lifecycle?.Hook != Hooks.Poststop))
            task.Stop(why);
    }

    private IEnumerable<TaskRunner> With(string hook) => _tasks.Values.Where(task => task.Definition.Lifecycle?.Hook == hook);

    // Two allocations of a job never run at once: the older ones end first.
    private async Task WaitForPredecessorsAsync()
    {
        var own = _context.Allocation;
        var waited = _context.Store.WaitForAsync(state => state.Allocations.Values.Any(other =>
            other.JobID == own.JobID && other.ID != own.ID && other.CreateIndex <= own.CreateIndex && !other.ClientTerminal)
                ? null
                : state, CancellationToken.None);
        await Task.WhenAny(waited, _stopping.Task);
    }
}

using LocalNomad.Model;
using LocalNomad.Scheduling;
using LocalNomad.State;

namespace LocalNomad.Running;

/// <summary>What the runners of one allocation share: its record, its files, the node it runs on.</summary>
internal sealed class AllocationContext(string id, StateStore store, JobService jobs, Node node, string dataDirectory)
{
    private static readonly TimeSpan WriteRetry = TimeSpan.FromMilliseconds(500);

    public string Id => id;

    public Node Node => node;

    public StateStore Store => store;

    public TimeProvider Time => store.Time;

    public AllocationFolders Folders { get; } = new(dataDirectory, id);

    public Allocation Allocation => store.Current.Allocations[id];

    public Job Job => store.Current.AllocationJobs[id];

    public TaskGroup Group => Job.TaskGroups.First(group => group.Name == Allocation.TaskGroup);

    public TaskState StateOf(string task) => Allocation.TaskStates?.GetValueOrDefault(task) ?? new TaskState();

    public TaskEnvironment EnvironmentOf(TaskDefinition task) => new(HostEnvironment.Current, node, Job, Allocation, task, Folders);

    /// <summary>Changes a task's state and adds events to it.</summary>
    public void Update(string task, Func<TaskState, TaskState> change, params ReadOnlySpan<TaskEvent> events)
    {
        var stamped = new List<TaskEvent>();
        foreach (var happened in events)
            stamped.Add(happened with { Time = UnixTime.Nanoseconds(Time.GetUtcNow()) });
        Persist(allocation =>
        {
            var states = new SortedDictionary<string, TaskState>(
                (allocation.TaskStates ?? new Dictionary<string, TaskState>()).ToDictionary(), StringComparer.Ordinal);
            var state = change(states.GetValueOrDefault(task) ?? new TaskState());
            // Nomad keeps the last ten.
            states[task] = state with { Events = [.. state.Events.Concat(stamped).TakeLast(10)] };
            return Summarize(allocation with { TaskStates = states });
        });
    }

    /// <summary>Writes the final word on the allocation.</summary>
    public void Finish(bool failed) => Persist(allocation => allocation with
    {
        ClientStatus = failed ? ClientStatuses.Failed : ClientStatuses.Complete,
        ClientDescription = failed ? "Failed tasks" : "All tasks have completed",
    });

    // A full disk must not cost us the sight of a running task: we wait until its state can be written again.
    private void Persist(Func<Allocation, Allocation> change)
    {
        while (true)
        {
            try
            {
                jobs.UpdateFromClient(id, change);
                return;
            }
            catch (StateWriteException)
            {
                Thread.Sleep(WriteRetry);
            }
        }
    }

    // Until the runner has the last word an allocation is pending or running, whatever its tasks have come to: else
    // a group would count as ended while tasks that clean up after it are still to run.
    private static Allocation Summarize(Allocation allocation) =>
        allocation.TaskStates!.Values.Any(task => task.State != TaskStates.Pending && task.StartedAt is not null)
            ? allocation with { ClientStatus = ClientStatuses.Running, ClientDescription = "Tasks are running" }
            : allocation with { ClientStatus = ClientStatuses.Pending, ClientDescription = "No tasks have started" };
}

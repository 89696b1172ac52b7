using LocalNomad.Model;
using LocalNomad.Posix;
using LocalNomad.Protocol;
using LocalNomad.Running;

namespace LocalNomad.Commands;

/// <summary>The commands that act on a running allocation.</summary>
internal static class TaskCommands
{
    /// <summary>Prepares a program to be run beside a task, with its user and environment.</summary>
    public static async Task<(int Exit, ExecRequest? Become)> ExecAsync(Session session)
    {
        var allocation = Lookup.Allocation(session, session.Line.Arguments[0]);
        var group = session.State.AllocationJobs[allocation.ID].TaskGroups.First(one => one.Name == allocation.TaskGroup);
        var name = Lookup.Task(session, allocation, session.Line.Text("task"));
        if (group.Tasks.FirstOrDefault(one => one.Name == name) is not { } task)
            return (await session.FailAsync($"Could not find task named: {name}, found:\n{string.Join('\n', group.Tasks.Select(one => one.Name))}"), null);
        if (allocation.TaskStates?.GetValueOrDefault(name) is not { State: TaskStates.Running })
            return (await session.FailAsync($"failed to exec into task: task \"{name}\" is not running."), null);
        var context = session.Agent.Client.ContextOf(allocation.ID);
        try
        {
            var environment = context.EnvironmentOf(task);
            var account = TaskPreparation.FindAccount(task.User);
            var command = session.Line.Arguments[1];
            var path = TaskPreparation.FindProgram(command, environment, context.Folders.Task(name))
                ?? throw new Lookup.NotFoundException($"failed to exec into task: rpc error: code = Unknown desc = failed to start command: exec: \"{command}\": executable file not found in $PATH");
            return (0, new ExecRequest(
                [path, .. session.Line.Arguments.Skip(2)], environment.Variables, context.Folders.Task(name),
                session.Line.Text("i") != "false", account));
        }
        catch (TaskSetupException error)
        {
            return (await session.FailAsync($"failed to exec into task: {error.Message}"), null);
        }
    }

    public static async Task<int> StopAsync(Session session)
    {
        var allocation = Lookup.Allocation(session, session.Line.Arguments[0]);
        var evaluation = session.Agent.Jobs.StopAllocation(allocation.ID);
        if (!session.Line.Has("detach"))
            return await Monitor.RunAsync(session, evaluation);
        session.Print(evaluation);
        return 0;
    }

    public static async Task<int> SignalAsync(Session session)
    {
        var allocation = Lookup.Allocation(session, session.Line.Arguments[0]);
        var signal = session.Line.Text("s") ?? "SIGKILL";
        if (!Signals.TryParse(signal, out var number))
            return await session.FailAsync($"Error signalling allocation: Unexpected response code: 500 (unknown signal \"{signal}\")");
        return await OnTasksAsync(session, allocation, "Error signalling allocation: ", task => task.TrySignal(number, signal));
    }

    public static Task<int> RestartAsync(Session session)
    {
        var allocation = Lookup.Allocation(session, session.Line.Arguments[0]);
        return OnTasksAsync(session, allocation, "Failed to restart allocation:\n\n", task => task.TryRestart());
    }

    private static async Task<int> OnTasksAsync(Session session, Allocation allocation, string failure, Func<TaskRunner, bool> act)
    {
        var group = session.State.AllocationJobs[allocation.ID].TaskGroups.First(one => one.Name == allocation.TaskGroup);
        var names = session.Line.Arguments.Count > 1 ? [session.Line.Arguments[1]] : group.Tasks.Select(task => task.Name).ToList();
        var runner = session.Agent.Client.RunnerOf(allocation.ID);
        foreach (var name in names)
        {
            if (runner?.Find(name) is not { } task || !act(task))
                return await session.FailAsync($"{failure}Unexpected response code: 500 (Task not running)");
        }

        return 0;
    }
}

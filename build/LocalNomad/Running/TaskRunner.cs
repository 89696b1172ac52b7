using System.ComponentModel;
using LocalNomad.Model;
using LocalNomad.Posix;

namespace LocalNomad.Running;

/// <summary>Runs one task from its first start to its end, through restarts and across agents.</summary>
internal sealed class TaskRunner(AllocationContext context, string name) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskTemplates _templates = new(context, name);
    private readonly RestartTracker _restarts = new(context.Time, Random.Shared.NextDouble);
    private TaskCompletionSource _restartWanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SupervisedProcess? _process;

    public string Name => name;

    public TaskDefinition Definition => context.Group.Tasks.First(task => task.Name == name);

    /// <summary>Completes when the task runs for the first time.</summary>
    public Task Running => _running.Task;

    public bool Failed => context.StateOf(name).Failed;

    private bool KeepsRunning => context.Job.Type == JobTypes.Service && Definition.Lifecycle is null || Definition.Lifecycle is { Sidecar: true };

    /// <summary>Runs the task; returns when it will not run again.</summary>
    public async Task RunAsync()
    {
        var state = context.StateOf(name);
        if (state.State == TaskStates.Dead)
            return;
        var process = state.Runs == 0 ? null : await SupervisedProcess.AttachAsync(context.Folders.Run(name, state.Runs), context.Id, name);
        if (process is not null && state.State != TaskStates.Running)
            NoteStarted();
        while (true)
        {
            RestartDecision decision;
            try
            {
                if (process is null)
                {
                    if (_stop.IsCancellationRequested)
                    {
                        NoteDead(failed: false);
                        return;
                    }

                    process = await StartAsync();
                }

                _process = process;
                _running.TrySetResult();
                var (ended, wasStopped, restart) = await WatchAsync(process);
                _process = null;
                context.Update(name, task => task, TaskEvent.Terminated(ended.ExitCode, ended.Signal));
                if (wasStopped)
                {
                    NoteDead(failed: false, TaskEvent.Killed());
                    return;
                }

                decision = restart
                    ? new RestartDecision(RestartAction.Restart, "User requested restart", TimeSpan.Zero)
                    : _restarts.Decide(Definition.RestartPolicy, ended is { ExitCode: 0, Signal: 0 }, KeepsRunning);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // It was stopped while it waited for its variables.
                NoteDead(failed: false, TaskEvent.Killing(Definition.KillTimeout));
                return;
            }
            catch (TaskSetupException error)
            {
                context.Update(name, task => task, error.Reason);
                decision = _restarts.Decide(Definition.RestartPolicy, succeeded: false, KeepsRunning);
            }
            process = null;
            if (!await FollowAsync(decision))
                return;
        }
    }

    /// <summary>Asks the task to end, and makes it end when it does not within its time.</summary>
    public void Stop(params ReadOnlySpan<TaskEvent> why)
    {
        if (_stop.IsCancellationRequested || context.StateOf(name).State == TaskStates.Dead)
            return;
        context.Update(name, task => task, why);
        _stop.Cancel();
    }

    /// <summary>Ends the task at once, for when nobody is there any more to end it properly.</summary>
    public Task KillAsync() => _process?.KillAsync() ?? Task.CompletedTask;

    /// <returns>False if the task does not run just now.</returns>
    public bool TrySignal(int signal, string signalName)
    {
        if (_process is not { } process)
            return false;
        context.Update(name, task => task, TaskEvent.Signaling(signalName));
        process.Signal(signal);
        return true;
    }

    /// <returns>False if the task does not run just now.</returns>
    public bool TryRestart()
    {
        if (_process is null)
            return false;
        context.Update(name, task => task, TaskEvent.RestartSignaled());
        return _restartWanted.TrySetResult();
    }

    public void Dispose() => _stop.Dispose();

    private async Task<SupervisedProcess> StartAsync()
    {
        if (context.StateOf(name).Runs == 0)
            context.Update(name, task => task, TaskEvent.TaskSetup());
        await _templates.WaitAsync(_stop.Token);
        var spec = Prepare(Definition);
        // Written down before the start: whoever comes after us must find what we may have started.
        context.Update(name, task => task with { Runs = task.Runs + 1 });
        var process = await SupervisedProcess.StartAsync(context.Folders.Run(name, context.StateOf(name).Runs), spec, context.Id, name);
        NoteStarted();
        return process;
    }

    private Supervision.RunSpec Prepare(TaskDefinition definition)
    {
        try
        {
            return TaskPreparation.Prepare(definition, _templates, context.EnvironmentOf(definition), context.Folders);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new TaskSetupException($"failed to build task directory: {error.Message}");
        }
    }

    private async Task<(Supervision.RunEnded Ended, bool WasStopped, bool Restart)> WatchAsync(SupervisedProcess process)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _stop.Token.Register(() => stop.TrySetResult());
        using var left = new CancellationTokenSource();
        var following = Task.Run(() => _templates.FollowAsync(left.Token), CancellationToken.None);
        await Task.WhenAny(process.Ended, stop.Task, _restartWanted.Task);
        await left.CancelAsync();
        await following;
        if (process.Ended.IsCompleted && !stop.Task.IsCompleted)
            return (await process.Ended, false, false);
        var restart = !stop.Task.IsCompleted;
        if (restart)
            _restartWanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (await EndAsync(process), !restart, restart);
    }

    private async Task<Supervision.RunEnded> EndAsync(SupervisedProcess process)
    {
        var definition = Definition;
        context.Update(name, task => task, TaskEvent.Killing(definition.KillTimeout));
        process.Signal(Signals.TryParse(definition.KillSignal, out var signal) ? signal : Signals.Interrupt);
        await Task.WhenAny(process.Ended, Task.Delay(Duration.ToTimeSpan(definition.KillTimeout), context.Time));
        if (!process.Ended.IsCompleted)
            await process.KillAsync();
        return await process.Ended;
    }

    /// <returns>Whether the task is to be started again.</returns>
    private async Task<bool> FollowAsync(RestartDecision decision)
    {
        switch (decision.Action)
        {
            case RestartAction.Done:
                NoteDead(failed: false);
                return false;
            case RestartAction.Fail:
                NoteDead(failed: true, TaskEvent.NotRestarting(decision.Reason, failsTask: true));
                return false;
        }

        context.Update(name,
            task => task with { State = TaskStates.Pending, Restarts = task.Restarts + 1, LastRestart = Now() },
            TaskEvent.Restarting(decision.Reason, Duration.FromTimeSpan(decision.Delay)));
        try
        {
            await Task.Delay(decision.Delay, context.Time, _stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            NoteDead(failed: false, TaskEvent.Killing(Definition.KillTimeout));
            return false;
        }
    }

    private void NoteStarted() => context.Update(name,
        task => task with { State = TaskStates.Running, StartedAt = Now(), FinishedAt = null }, TaskEvent.Started());

    private void NoteDead(bool failed, params ReadOnlySpan<TaskEvent> events) => context.Update(name,
        task => task with { State = TaskStates.Dead, Failed = failed, FinishedAt = Now() }, events);

    private DateTime Now() => context.Time.GetUtcNow().UtcDateTime;
}

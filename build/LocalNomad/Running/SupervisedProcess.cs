using System.ComponentModel;
using LocalNomad.Posix;
using LocalNomad.Supervision;

namespace LocalNomad.Running;

/// <summary>One start of a task, seen from the agent: through its supervisor and, should that be gone, without it.</summary>
internal sealed class SupervisedProcess
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CleanupDeadline = TimeSpan.FromSeconds(10);

    private readonly RunFolder _folder;
    private readonly RunStarted _started;
    private readonly string _allocation;
    private readonly string _task;

    private SupervisedProcess(RunFolder folder, RunStarted started, string allocation, string task)
    {
        (_folder, _started, _allocation, _task) = (folder, started, allocation, task);
        Ended = Task.Factory.StartNew(WaitForEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Completes when nothing of the task is left.</summary>
    public Task<RunEnded> Ended { get; }

    /// <exception cref="TaskSetupException">The program could not be started.</exception>
    public static async Task<SupervisedProcess> StartAsync(RunFolder folder, RunSpec spec, string allocation, string task)
    {
        folder.Create(spec);
        var (read, write) = Spawn.Pipe();
        int supervisor;
        await using var report = new FileStream(read, FileAccess.Read, bufferSize: 0);
        using (write)
        using (var nowhere = Spawn.Nowhere())
        using (var errors = File.OpenHandle(Path.Combine(folder.Path, "supervisor.log"), FileMode.Append, FileAccess.Write))
        {
            supervisor = Spawn.Start(new SpawnRequest(
                [Environment.ProcessPath!, Commands.Program.SuperviseCommand, folder.Path], HostEnvironment.Current, "/", nowhere, write, errors));
        }

        // The supervisor says "started" or ends; either closes its end of the pipe.
        var waiting = Task.Factory.StartNew(() => report.Read(new byte[16]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await waiting.WaitAsync(StartDeadline);
        if (folder.ReadStarted() is { } started)
            return new SupervisedProcess(folder, started, allocation, task);
        Native.WaitForExit(supervisor);
        Native.Reap(supervisor);
        throw TaskSetupException.Driver(folder.ReadEnded()?.StartError ?? "the task's supervisor ended before it could start it");
    }

    /// <summary>Takes up again what an earlier agent started.</summary>
    /// <returns>Null if it was never started, and now never will be.</returns>
    public static async Task<SupervisedProcess?> AttachAsync(RunFolder folder, string allocation, string task)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (folder.ReadStarted() is null)
        {
            if (!Directory.Exists(folder.Path))
                return null;
            using (var held = folder.TryLock())
            {
                if (held is not null && folder.ReadStarted() is null)
                {
                    folder.Abandon();
                    return null;
                }
            }

            if (TimeProvider.System.GetElapsedTime(begun) > StartDeadline)
                throw new TaskSetupException("the supervisor of the task's last start neither starts it nor ends");
            await Task.Delay(20);
        }

        return new SupervisedProcess(folder, folder.ReadStarted()!, allocation, task);
    }

    /// <summary>Sends the task's first process a signal.</summary>
    public void Signal(int signal)
    {
        if (_started.Task.IsAlive)
            Native.SendSignal(_started.Task.Id, signal);
    }

    /// <summary>Ends everything of the task at once.</summary>
    public async Task KillAsync()
    {
        if (_started.Supervisor.IsAlive)
        {
            Native.SendSignal(_started.Supervisor.Id, Signals.Terminate);
            await Task.WhenAny(Ended, Task.Delay(CleanupDeadline));
        }

        if (!Ended.IsCompleted && _started.Supervisor.IsAlive)
            Native.SendSignal(_started.Supervisor.Id, Signals.Kill);
        await Ended;
    }

    private RunEnded WaitForEnd()
    {
        if (_started.Supervisor.IsAlive)
            Native.WaitForExit(_started.Supervisor.Id);
        Native.Reap(_started.Supervisor.Id);
        // Without its supervisor the task is beyond control: nothing of it may live when it is started again.
        KillLeftovers();
        return _folder.ReadEnded() ?? new RunEnded(128 + Signals.Kill, Signals.Kill);
    }

    private void KillLeftovers()
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (ProcessTree.LeftoversOf(_started.Task, _allocation, _task, [Environment.ProcessId, _started.Supervisor.Id]) is { Count: > 0 } left)
        {
            foreach (var process in left)
            {
                try
                {
                    Native.SendSignal(process, Signals.Kill);
                }
                catch (Win32Exception) when (TimeProvider.System.GetElapsedTime(begun) < CleanupDeadline)
                {
                    // Not ours to end (it changed its user): it may still end by itself.
                }
            }

            if (TimeProvider.System.GetElapsedTime(begun) > CleanupDeadline)
                throw new InvalidOperationException($"Processes of task \"{_task}\" do not end: {string.Join(", ", left)}.");
            Thread.Sleep(10);
        }
    }
}

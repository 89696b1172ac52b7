using System.ComponentModel;
using System.Runtime.InteropServices;
using LocalNomad.Posix;

namespace LocalNomad.Supervision;

/// <summary>
/// Stands over one start of a task in a process of its own, so that the task outlives the agent and its exit is not
/// lost when no agent is there to see it. Ended by the agent with SIGTERM: then nothing of the task survives it.
/// </summary>
internal static class Supervisor
{
    /// <summary>Runs to the end of the task. Reports on standard output what became of the start.</summary>
    public static int Run(string folderPath)
    {
        var folder = new RunFolder(folderPath);
        using var held = folder.TryLock();
        if (held is null || folder.IsAbandoned || folder.ReadStarted() is not null)
            return 1;
        Native.AdoptOrphans();
        var ending = false;
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            Volatile.Write(ref ending, true);
            KillDescendants();
        });
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);

        var spec = folder.ReadSpec();
        using var output = new LogPump(spec.OutputLog, spec.MaxLogFiles, spec.MaxLogBytes);
        using var errors = new LogPump(spec.ErrorLog, spec.MaxLogFiles, spec.MaxLogBytes);
        int process;
        try
        {
            using var input = Spawn.Nowhere();
            process = Spawn.Start(new SpawnRequest(spec.Command, spec.Environment, spec.Directory, input, output.Writer, errors.Writer));
        }
        catch (Win32Exception error)
        {
            folder.WriteEnded(new RunEnded(-1, 0, error.Message));
            return 1;
        }

        var self = ProcessIdentity.Of(Environment.ProcessId)!;
        folder.WriteStarted(new RunStarted(self, ProcessIdentity.Of(process) ?? new ProcessIdentity(process, 0)));
        Report("started");
        output.Run();
        errors.Run();
        if (Volatile.Read(ref ending))
            KillDescendants();

        var status = ReapAll(process);
        output.Drain();
        errors.Drain();
        folder.WriteEnded(Describe(status));
        return 0;
    }

    private static int ReapAll(int first)
    {
        var result = 0;
        while (Native.WaitForChild(out var process, out var status))
        {
            if (process != first)
                continue;
            result = status;
            break;
        }

        // What the first process leaves behind is ended too, or it would disturb the next start. Children of the
        // killed come up as orphans of ours, hence again and again.
        while (ProcessTree.DescendantsOf(Environment.ProcessId) is { Count: > 0 } left)
        {
            foreach (var process in left)
            {
                Native.SendSignal(process, Signals.Kill);
                Native.Reap(process);
            }

            Thread.Sleep(5);
        }

        return result;
    }

    private static void KillDescendants()
    {
        foreach (var process in ProcessTree.DescendantsOf(Environment.ProcessId))
            Native.SendSignal(process, Signals.Kill);
    }

    private static RunEnded Describe(int status)
    {
        var signal = status & 0x7F;
        return signal == 0 ? new RunEnded((status >> 8) & 0xFF, 0) : new RunEnded(128 + signal, signal);
    }

    private static void Report(string word)
    {
        try
        {
            using var stream = Console.OpenStandardOutput();
            stream.Write(System.Text.Encoding.UTF8.GetBytes(word + "\n"));
        }
        catch (IOException)
        {
            // The agent that started this is gone; a later one reads the folder.
        }
        finally
        {
            // The agent reads up to the end of this stream.
            using var nowhere = Spawn.Nowhere();
            _ = Native.dup2((int)nowhere.DangerousGetHandle(), 1);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Runbook.Output;

/// <summary>Between the targets and what they do: signals, errors, and the choice of profile.</summary>
public partial class Build
{
    const int Interrupted = 130;
    const int Terminated = 143;

    // Typed for one target, they serve the next ones too.
    readonly Dictionary<string, string> _passwords = [];

    Task Carry(Needs needs, Action<Workplace, CancellationToken> work, [CallerMemberName] string target = "") =>
        Carry(
            needs, (w, ct) =>
            {
                work(w, ct);
                return Task.CompletedTask;
            },
            target: target);

    /// <summary>The same for a target that changes something: it leaves a record.</summary>
    Task Change(Needs needs, Func<Workplace, CancellationToken, Task> work, [CallerMemberName] string target = "") =>
        Carry(needs, work, changes: true, target: target);

    /// <summary>The same where words of the command line must be read first: a wrong one ends the run before anything is made.</summary>
    Task Change<T>(Needs needs, Func<T> read, Func<Workplace, T, CancellationToken, Task> work, [CallerMemberName] string target = "")
        where T : class
    {
        T? words = null;
        return Carry(needs, (w, ct) => work(w, words!, ct), () => words = read(), changes: true, target: target);
    }

    async Task Carry(
        Needs needs, Func<Workplace, CancellationToken, Task> work, Action? before = null, bool prometheus = false, bool changes = false,
        [CallerMemberName] string target = "")
    {
        if (Output == OutputFormat.Prometheus && !prometheus)
            throw Ended(new RunEnd((int)Runbook.ExitCode.WrongUse, "--output prometheus is of Check alone\nnext:  the same command with --output text or json"));
        using var stop = new CancellationTokenSource();
        int? signal = null;
        // The step at work winds down; the host waits for it, and a second signal ends the process.
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            signal ??= context.Signal == PosixSignal.SIGTERM ? Terminated : Interrupted;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        var workplace = new Workplace(RootDirectory, TemporaryDirectory, LoadedLocalProfiles, new Tools(Nomad, Terraform, Yes), Output, (Level)(int)Verbosity, _passwords);
        try
        {
            before?.Invoke();
            await workplace.BeginAsync(target, Options(), changes && !DryRun, stop.Token);
            await workplace.OpenAsync(needs, stop.Token);
            await work(workplace, stop.Token);
            await workplace.EndAsync(RunEnd.Done);
        }
        catch (Exception e) when (RunEnd.Of(e, needs, workplace.Options, stop.IsCancellationRequested ? signal ?? Interrupted : null) is { } end)
        {
            await workplace.EndAsync(end);
            if (!end.IsVerdict)
                throw Ended(end);
            // Without an exception the target has not failed, for NUKE either; the code is what its caller branches on.
            ExitCode = end.Code;
            Workplace.SayVerdict(end.Text);
        }
        catch (Exception e)
        {
            await workplace.EndAsync(new RunEnd((int)Runbook.ExitCode.Failed, e.Message));
            throw;
        }
    }

    Exception Ended(RunEnd end)
    {
        ExitCode = end.Code;
        return new TargetEndedException(end.Text);
    }
}

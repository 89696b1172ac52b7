using System.Runtime.InteropServices;
using Runbook;
using Runbook.Config;
using Runbook.Render;
using Runbook.Report;
using Sandbox;

/// <summary>Between the targets and what they do: signals, errors, and the choice of profile.</summary>
public partial class Build
{
    // Typed for one target, they serve the next ones too.
    readonly Dictionary<string, string> _passwords = [];

    Task Carry(Needs needs, Action<Workplace, CancellationToken> work) =>
        Carry(needs, (w, ct) =>
        {
            work(w, ct);
            return Task.CompletedTask;
        });

    /// <summary>The same where words of the command line must be read first: a wrong one ends the run before anything is made.</summary>
    Task Carry<T>(Needs needs, Func<T> read, Func<Workplace, T, CancellationToken, Task> work)
        where T : class
    {
        T? words = null;
        return Carry(needs, (w, ct) => work(w, words!, ct), () => words = read());
    }

    async Task Carry(Needs needs, Func<Workplace, CancellationToken, Task> work, Action? before = null, bool prometheus = false)
    {
        if (Output == OutputFormat.Prometheus && !prometheus)
            throw Ended((int)Runbook.ExitCode.WrongUse, "--output prometheus is of Check alone\nnext:  the same command with --output text or json");
        using var stop = new CancellationTokenSource();
        // The step at work winds down; the host waits for it, and a second signal ends the process.
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        var workplace = new Workplace(RootDirectory, TemporaryDirectory, LoadedLocalProfiles, Nomad, Output, (Level)(int)Verbosity, _passwords);
        try
        {
            before?.Invoke();
            await workplace.OpenAsync(needs, stop.Token);
            await work(workplace, stop.Token);
        }
        catch (RunbookException e)
        {
            throw Ended((int)e.Code, ErrorReport.Text(e, workplace.Profile));
        }
        catch (ConfigurationException e)
        {
            throw Ended((int)Runbook.ExitCode.WrongUse, $"the configuration of profile {workplace.Profile} cannot be used:\n  {string.Join("\n  ", e.Errors)}");
        }
        catch (RenderException e)
        {
            throw Ended((int)Runbook.ExitCode.WrongUse, e.Message);
        }
        catch (SandboxException e)
        {
            throw Ended(needs == Needs.Nothing ? (int)Runbook.ExitCode.Failed : (int)Runbook.ExitCode.WrongUse, $"{e.Message}\nnext:  {e.Next}");
        }
        catch (UnauthorizedAccessException e)
        {
            throw Ended((int)Runbook.ExitCode.WrongUse, $"{e.Message}\nstate: nothing was changed\nnext:  give this user the right to write there");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw Ended(130, "cancelled: the step at work was ended, what was done before stays\nnext:  ./build.sh Status; the same command again goes on from there");
        }
    }

    Exception Ended(int code, string text)
    {
        ExitCode = code;
        return new TargetEndedException(text);
    }
}

/// <summary>The end of a target in the operator's words.</summary>
public sealed class TargetEndedException(string message) : Exception(message);

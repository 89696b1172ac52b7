using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using CliWrap;

namespace Runbook.Nomad;

/// <summary>Runs invocations as processes of this machine.</summary>
/// <param name="trace">Receives each command before it runs, for <c>--verbosity verbose</c>.</param>
/// <param name="secrets">What is hidden in whatever a process says, and in the trace.</param>
public sealed class ProcessGate(Action<string> trace, IReadOnlyList<string>? secrets = null) : IProcessGate
{
    private const string Mask = "***";

    /// <inheritdoc/>
    public async Task<Outcome> RunAsync(Invocation invocation, Action<string>? onOutputLine, CancellationToken cancellationToken)
    {
        trace(Hidden(invocation.ToString()));
        if (invocation.Interactive)
            return await RunInteractiveAsync(invocation, cancellationToken);

        var program = Program(invocation);
        var output = new StringBuilder();
        var error = new StringBuilder();
        using var interrupt = new InterruptOnce(invocation.SaysInterrupted);
        var outputTarget = onOutputLine is null && !interrupt.IsOn
            ? PipeTarget.ToStringBuilder(output)
            : PipeTarget.Merge(
                PipeTarget.ToStringBuilder(output), PipeTarget.ToDelegate(line => onOutputLine?.Invoke(Hidden(line))), PipeTarget.ToDelegate(interrupt.OnLine));
        var command = CliWrap.Cli.Wrap(program)
            .WithArguments(invocation.Arguments)
            .WithEnvironmentVariables(invocation.Environment.ToDictionary(p => p.Key, string? (p) => p.Value))
            .WithStandardInputPipe(invocation.StandardInput is { } text ? PipeSource.FromString(text) : PipeSource.Null)
            .WithStandardOutputPipe(outputTarget)
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
            .WithValidation(CommandResultValidation.None);

        using var timeout = new CancellationTokenSource(invocation.Timeout);
        using var forceful = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token);
        await using var delayed = cancellationToken.Register(() => forceful.CancelAfter(invocation.Grace));
        try
        {
            var running = command.ExecuteAsync(forceful.Token, interrupt.Token);
            await interrupt.WatchAsync(running.Task, cancellationToken);
            var result = await running;
            cancellationToken.ThrowIfCancellationRequested();
            return new Outcome(invocation, result.ExitCode, Hidden(output.ToString()), Hidden(error.ToString()));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RunbookException(ExitCode.Failed, $"{invocation} did not end within {invocation.Timeout.TotalSeconds:0} s")
            {
                State = "the command was ended; what it had asked for may still happen",
                Next = "./build.sh Status",
            };
        }
        catch (Win32Exception e)
        {
            throw CannotStart(invocation, e);
        }
    }

    private string Hidden(string text) => (secrets ?? []).Aggregate(text, (t, secret) => t.Replace(secret, Mask, StringComparison.Ordinal));

    private static async Task<Outcome> RunInteractiveAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Program(invocation), invocation.Arguments) { UseShellExecute = false };
        foreach (var (name, value) in invocation.Environment)
            start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start) ?? throw new Win32Exception("no process");
            // Ctrl-C inside psql belongs to psql: wait for its end whatever happens here.
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return new Outcome(invocation, process.ExitCode, "", "");
        }
        catch (Win32Exception e)
        {
            throw CannotStart(invocation, e);
        }
    }

    private static string Program(Invocation invocation)
    {
        try
        {
            return ProgramPath.Find(invocation.Executable);
        }
        catch (RunbookException e)
        {
            throw new RunbookException(e.Code, e.Message, e) { State = e.State, Next = invocation.Remedy };
        }
    }

    private static RunbookException CannotStart(Invocation invocation, Win32Exception e) =>
        new(ExitCode.WrongUse, $"{invocation.Executable} cannot be started: {e.Message}", e)
        {
            State = "nothing was changed",
            Next = invocation.Remedy,
        };
}

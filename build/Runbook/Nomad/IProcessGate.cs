namespace Runbook.Nomad;

/// <summary>The one place through which the runbook starts processes.</summary>
public interface IProcessGate
{
    /// <summary>Runs to the end and returns what came of it; a non-zero exit code is an outcome, not an exception.</summary>
    /// <param name="invocation">What to run.</param>
    /// <param name="onOutputLine">Called for each line of standard output as it arrives; null to only collect.</param>
    /// <param name="cancellationToken">Ends the process: politely first, by force a little later.</param>
    /// <exception cref="RunbookException">The executable cannot be started, or it took longer than its timeout.</exception>
    Task<Outcome> RunAsync(Invocation invocation, Action<string>? onOutputLine, CancellationToken cancellationToken);
}

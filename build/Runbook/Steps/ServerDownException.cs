namespace Runbook.Steps;

/// <summary>The server did not come up.</summary>
/// <param name="message">Why, as far as that is known.</param>
public sealed class ServerDownException(string message) : RunbookException(ExitCode.Failed, message)
{
    /// <summary>It is at work on its recovery: starting it anew would only begin that again.</summary>
    public bool Recovers { get; init; }

    /// <summary>Short id of the allocation whose server failed; empty when none was there.</summary>
    public string Allocation { get; init; } = "";

    /// <summary>The last lines of that server's own log.</summary>
    public IReadOnlyList<string> Said { get; init; } = [];
}

namespace Runbook.Output;

/// <summary>Who sits at the terminal, if anybody does.</summary>
public interface IPerson
{
    /// <summary>Somebody can type: standard input is a terminal.</summary>
    bool CanType { get; }

    /// <summary>Asks for a line and does not show what is typed.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled meanwhile.</exception>
    string AskSecret(string question);

    /// <summary>Asks for yes or no; anything but yes is no.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled meanwhile.</exception>
    bool AskYes(string question);

    /// <summary>What was redirected to standard input, to its end.</summary>
    string ReadInput();
}

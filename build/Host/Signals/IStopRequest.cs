namespace Host.Signals;

/// <summary>Whether somebody has asked the run to stop.</summary>
internal interface IStopRequest
{
    /// <summary>The exit code that tells of the request; null while there is none.</summary>
    int? ExitCode { get; }

    /// <summary>Makes sure that a signal is noted here before the build's own handlers hear of it.</summary>
    void GoFirst();

    /// <summary>
    /// Whether there is a request, or one arrives at once: a handler that a target has made may have cancelled it a
    /// moment before the signal is noted here.
    /// </summary>
    bool IsComing();
}

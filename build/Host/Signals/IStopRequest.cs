namespace Host.Signals;

/// <summary>Whether somebody has asked the run to stop.</summary>
internal interface IStopRequest
{
    /// <summary>The exit code that tells of the request; null while there is none.</summary>
    int? ExitCode { get; }
}

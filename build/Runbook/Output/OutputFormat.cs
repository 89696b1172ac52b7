namespace Runbook.Output;

/// <summary>Format of what a target prints on standard output.</summary>
public enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs; everything else goes to standard error.</summary>
    Json,

    /// <summary>For Prometheus, in its text format 0.0.4; of <c>Check</c> alone.</summary>
    Prometheus,
}

namespace Nuke.Common;

/// <summary>How much the host says on standard error.</summary>
public enum Verbosity
{
    /// <summary>Everything, with stack traces and the source of every parameter.</summary>
    Verbose,

    /// <summary>Banners, the summary and errors.</summary>
    Normal,

    /// <summary>The summary and errors.</summary>
    Minimal,

    /// <summary>Errors only.</summary>
    Quiet,
}

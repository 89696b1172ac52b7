namespace Runbook.Settings;

/// <summary>The configuration cannot be used; carries every error, not just the first.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>A configuration with these errors.</summary>
    /// <param name="errors">At least one.</param>
    public ConfigurationException(IReadOnlyList<ConfigurationError> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>All errors, in the order of the files and of the settings in them.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; }
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Path">Path of the setting, for example <c>postgres.databases[1].password</c>; empty for a file as a whole.</param>
/// <param name="Problem">What was found and what is allowed. Never the value of a secret.</param>
/// <param name="Location">Where it stands; null when it stands nowhere.</param>
public sealed record ConfigurationError(string Path, string Problem, SourceLocation? Location = null)
{
    /// <summary>The error as one line, beginning with the path.</summary>
    public override string ToString() => (Path, Location) switch
    {
        ({ Length: 0 }, null) => Problem,
        ({ Length: 0 }, _) => $"{Location}: {Problem}",
        (_, null) => $"{Path}: {Problem}",
        _ => $"{Path}: {Problem} ({Location})",
    };
}

/// <summary>A place in a file.</summary>
/// <param name="File">Path of the file, relative to the repository.</param>
/// <param name="Line">From 1; 0 for the file as a whole.</param>
/// <param name="Column">From 1, in characters; 0 for the file as a whole.</param>
public sealed record SourceLocation(string File, int Line = 0, int Column = 0)
{
    /// <summary>The place as <c>file:line:column</c>.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}

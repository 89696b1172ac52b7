using Nuke.Common.IO;

namespace Host.Run;

/// <summary>All that the host takes from the process around it, so that it can be run in another.</summary>
internal sealed record HostContext
{
    public required IReadOnlyList<string> Arguments { get; init; }
    public required IReadOnlyDictionary<string, string> Variables { get; init; }
    public required AbsolutePath WorkingDirectory { get; init; }

    /// <summary>The root, or null if no folder upwards holds <c>.nuke</c>.</summary>
    public required AbsolutePath? Root { get; init; }

    /// <summary>What was asked for: help, a plan, a completion script. Targets own it otherwise.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>All that the host says of itself.</summary>
    public required TextWriter Error { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Columns to wrap help at.</summary>
    public int Width { get; init; } = 90;

    public bool UseColour { get; init; }
}

namespace Sandbox;

/// <summary>The sandbox cannot be had; says why and what to type. Nothing was changed.</summary>
public sealed class SandboxException(string message, string next) : Exception(message)
{
    /// <summary>One exact command, or what to do.</summary>
    public string Next { get; } = next;
}

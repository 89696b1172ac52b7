namespace Runbook.Render;

/// <summary>A template cannot be rendered; names the template and, where there is one, the line.</summary>
public sealed class RenderException(string message, Exception? inner = null) : Exception(message, inner);

namespace Runbook.Output;

/// <summary>Where the operator reads: a writer, and whether it is a screen that can be written over.</summary>
/// <param name="Writer">Standard error when standard output carries JSON.</param>
/// <param name="IsScreen">Lines can be rewritten in place.</param>
/// <param name="Quiet">Only what must be read.</param>
public sealed record Terminal(TextWriter Writer, bool IsScreen, bool Quiet)
{
    /// <summary>What a command that is named there is typed with.</summary>
    public CommandOptions Options { get; init; } = new(CommandOptions.DefaultProfile);
}

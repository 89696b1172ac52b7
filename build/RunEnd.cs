using Runbook;
using Runbook.Output;
using Runbook.Render;
using Runbook.Settings;
using Sandbox;

/// <summary>How a run ended: the exit code, and what the operator is told.</summary>
/// <param name="Code">Of the process.</param>
/// <param name="Text">Empty when it was done.</param>
/// <param name="IsVerdict">The target did what it was asked to; the code says what it found.</param>
public sealed record RunEnd(int Code, string Text, bool IsVerdict = false)
{
    /// <summary>It did what it was asked for.</summary>
    public static RunEnd Done { get; } = new((int)Runbook.ExitCode.Done, "");

    /// <summary>What an exception means to the operator; null for one that nobody expected.</summary>
    /// <param name="exception">What ended the work.</param>
    /// <param name="needs">Of the target.</param>
    /// <param name="options">Of the next command.</param>
    /// <param name="cancelled">The exit code of the signal that was heard; null when none was.</param>
    public static RunEnd? Of(Exception exception, Needs needs, CommandOptions options, int? cancelled) =>
        Words(exception, needs, options, cancelled) is { } end ? end with { Text = options.In(end.Text) } : null;

    private static RunEnd? Words(Exception exception, Needs needs, CommandOptions options, int? cancelled) => exception switch
    {
        RunbookException e => new((int)e.Code, ErrorReport.Text(e, options), e is VerdictException),
        ConfigurationException e => new(
            (int)Runbook.ExitCode.WrongUse, $"the configuration of profile {options.Profile} cannot be used:\n  {string.Join("\n  ", e.Errors)}"),
        RenderException e => new((int)Runbook.ExitCode.WrongUse, e.Message),
        SandboxException e => new(
            needs == Needs.Nothing ? (int)Runbook.ExitCode.Failed : (int)Runbook.ExitCode.WrongUse, $"{e.Message}\nnext:  {e.Next}"),
        UnauthorizedAccessException e => new(
            (int)Runbook.ExitCode.WrongUse, $"{e.Message}\nstate: nothing was changed\nnext:  give this user the right to write there"),
        OperationCanceledException when cancelled is { } code => new(
            code, "cancelled: the current step was stopped; completed steps are kept\nnext:  ./build.sh Status; the same command continues from there"),
        _ => null,
    };
}

/// <summary>The end of a target in the operator's words.</summary>
public sealed class TargetEndedException(string message) : Exception(message);

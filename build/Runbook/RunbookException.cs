namespace Runbook;

/// <summary>Exit codes of the runbook; an operator's script may branch on them.</summary>
public enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>A step failed.</summary>
    Failed = 1,

    /// <summary>Wrong use or configuration; nothing ran.</summary>
    WrongUse = 2,

    /// <summary>A guard said no; nothing was changed, or the state says what was before it spoke.</summary>
    Refused = 3,

    /// <summary>Another run holds the cluster.</summary>
    Held = 4,

    /// <summary>Check found something to look at, and nothing critical.</summary>
    Warning = 5,

    /// <summary>Plan found something to do, or Drift something that differs; nothing was changed.</summary>
    Changes = 10,
}

/// <summary>An end that the operator must know about: what failed, the state things are in, and what to type next.</summary>
public class RunbookException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The state of a refusal, where nothing is said of it.</summary>
    public const string Unchanged = "nothing was changed";

    /// <summary>The exit code of the process.</summary>
    public ExitCode Code { get; } = code;

    /// <summary>What state things are in now, in one line.</summary>
    public string State { get; init; } = "";

    /// <summary>The next command to type, or what to do.</summary>
    public string Next { get; init; } = "";

    /// <summary>A guard said no.</summary>
    public static RunbookException Refused(string message, string next, string state = Unchanged) =>
        new(ExitCode.Refused, message) { State = state, Next = next };
}

/// <summary>What a target that looks has found, where that decides the exit code: the target itself did what it was asked to.</summary>
public sealed class VerdictException(ExitCode code, string message) : RunbookException(code, message);

using System.Collections.Immutable;
using Runbook.Output;

namespace Runbook.Nomad;

/// <summary>A process to start, as a value: building one runs nothing.</summary>
/// <param name="Executable">Path or name on PATH.</param>
/// <param name="Arguments">One word each; never joined into a line, so nothing needs quoting.</param>
public sealed record Invocation(string Executable, ImmutableArray<string> Arguments)
{
    /// <summary>Text for standard input; null closes it. The only way for a secret to travel: arguments show in <c>ps</c>.</summary>
    public string? StandardInput { get; init; }

    /// <summary>Hands the terminal to the process: for a shell such as psql. Nothing is captured then.</summary>
    public bool Interactive { get; init; }

    /// <summary>How long the process may take before it is ended and reported as such.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a cancelled process may take to end by itself before it is killed. A terminal's Ctrl-C has reached
    /// it already; a second signal would make some tools abort half way.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What the process says on standard output once an interrupt has reached it. When it is cancelled and has not said so within moments, it gets
    /// one: the signal that cancelled us was not a terminal's, which reaches it as well. Empty: it is not interrupted.</summary>
    public string SaysInterrupted { get; init; } = "";

    /// <summary>When it may be started again where Nomad did not answer.</summary>
    public Repeat Repeat { get; init; }

    /// <summary>What to do where it cannot be started.</summary>
    public string Remedy { get; init; } = "install Nomad, or name its executable: --nomad /path/to/nomad";

    /// <summary>Environment variables set beside the inherited ones.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The command as a person would type it, for logs and errors.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(Executable).Select(ShellWord.Of));
}

/// <summary>When a process may be started again because no server answered it.</summary>
public enum Repeat
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>When its request reached no server: it changes something.</summary>
    Unsent,

    /// <summary>Also when the answer was lost: it only asks.</summary>
    Always,
}

/// <summary>What a process left: its exit code and what it wrote.</summary>
public sealed record Outcome(Invocation Invocation, int ExitCode, string Output, string Error)
{
    /// <summary>The first line that says something, errors first: what an operator wants to read.</summary>
    public string Reason
    {
        get
        {
            var text = string.IsNullOrWhiteSpace(Error) ? Output : Error;
            return string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(4));
        }
    }
}

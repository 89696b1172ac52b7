using System.Collections.Immutable;
using System.Globalization;

namespace Runbook.Nomad;

/// <summary>The <c>nomad</c> command lines that the runbook uses, as values. Flags stand before the positional words: Go's
/// flag package stops at the first word that is none.</summary>
public sealed record NomadCommands(string Executable)
{
    // What is printed for people would be read as part of an answer: hints, and colours, which a variable of the operator may force.
    private static readonly ImmutableDictionary<string, string> Plain = ImmutableDictionary<string, string>.Empty
        .Add("NOMAD_CLI_SHOW_HINTS", "false").Add("NOMAD_CLI_NO_COLOR", "1").Add("NOMAD_CLI_FORCE_COLOR", "");

    /// <summary>Settings for every call, such as NOMAD_ADDR, beside what the environment says.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>nomad version</c>.</summary>
    public Invocation Version() => Ask("version");

    /// <summary>The servers, as a table.</summary>
    public Invocation Servers() => Ask("server", "members");

    /// <summary>A namespace as JSON; 1 where there is none of this name.</summary>
    public Invocation Namespace(string name) => Ask("namespace", "inspect", name);

    /// <summary>All nodes of the region.</summary>
    public Invocation Nodes() => Ask("node", "status", "-json");

    /// <summary>One node with its drivers and host volumes.</summary>
    public Invocation Node(string id) => Ask("node", "status", "-json", id);

    /// <summary>Checks a jobspec given on standard input.</summary>
    public Invocation Validate(string jobspec) => Ask("job", "validate", "-") with { StandardInput = jobspec };

    /// <summary>What submitting the jobspec would do: exit 0 or 1, 255 for an error.</summary>
    public Invocation Plan(string jobspec) => Ask("job", "plan", "-no-color", "-") with { StandardInput = jobspec };

    /// <summary>Submits a jobspec against the index it was planned with; 0 means that the job must not exist.</summary>
    public Invocation Run(string jobspec, ulong checkIndex) =>
        Make("job", "run", "-detach", "-check-index", checkIndex.ToString(CultureInfo.InvariantCulture), "-")
            with { StandardInput = jobspec };

    /// <summary>Stops a job. Matches by prefix: only ever call it with an id that <see cref="Inspect"/> has shown to exist.</summary>
    public Invocation Stop(string jobId, bool purge) =>
        purge ? Make("job", "stop", "-detach", "-yes", "-purge", jobId) : Make("job", "stop", "-detach", "-yes", jobId);

    /// <summary>A job as JSON. Matches by prefix: compare the id in the answer.</summary>
    public Invocation Inspect(string jobId) => Ask("job", "inspect", jobId);

    /// <summary>The versions of a job as JSON. Matches by prefix: compare the ids in the answer.</summary>
    public Invocation History(string jobId) => Ask("job", "history", "-json", jobId);

    /// <summary>Makes an earlier version of a job its newest one. Matches by prefix: only ever call it with an id that
    /// <see cref="Inspect"/> has shown to exist.</summary>
    public Invocation Revert(string jobId, long version) =>
        Make("job", "revert", "-detach", jobId, version.ToString(CultureInfo.InvariantCulture));

    /// <summary>All jobs as a table; this has no <c>-json</c> before Nomad 1.7.</summary>
    public Invocation Jobs() => Ask("job", "status");

    /// <summary>Starts one child of a parameterized job.</summary>
    public Invocation Dispatch(string jobId, IEnumerable<KeyValuePair<string, string>> meta) =>
        Make(["job", "dispatch", "-detach", .. meta.SelectMany(m => new[] { "-meta", $"{m.Key}={m.Value}" }), jobId]);

    /// <summary>A job with its evaluations, as tables.</summary>
    public Invocation Evaluations(string jobId) => Ask("job", "status", "-evals", jobId);

    /// <summary>One evaluation as JSON.</summary>
    public Invocation Evaluation(string id) => Ask("eval", "status", "-json", id);

    /// <summary>All allocations, as stubs with task states.</summary>
    public Invocation Allocations() => Ask("alloc", "status", "-json");

    /// <summary>What a task wrote so far, over all its restarts.</summary>
    public Invocation Logs(string allocationId, string task, bool standardError) =>
        standardError ? Ask("alloc", "logs", "-stderr", allocationId, task) : Ask("alloc", "logs", allocationId, task);

    /// <summary>What a task writes, until it ends.</summary>
    public Invocation FollowLogs(string allocationId, string task, bool standardError) =>
        (standardError
            ? Make("alloc", "logs", "-f", "-stderr", allocationId, task)
            : Make("alloc", "logs", "-f", allocationId, task)) with { Timeout = Timeout.InfiniteTimeSpan, Grace = TimeSpan.Zero };

    /// <summary>Runs a command beside a running task, in its environment.</summary>
    public Invocation Exec(string allocationId, string task, string? standardInput, params IEnumerable<string> command) =>
        Make(["alloc", "exec", "-i=true", "-t=false", "-task", task, allocationId, .. command])
            with { StandardInput = standardInput ?? "" };

    /// <summary>The same with the operator's terminal.</summary>
    public Invocation ExecInteractive(string allocationId, string task, bool terminal, params IEnumerable<string> command) =>
        Make(["alloc", "exec", "-i=true", terminal ? "-t=true" : "-t=false", "-task", task, allocationId, .. command])
            with { Interactive = true };

    private Invocation Ask(params ImmutableArray<string> arguments) => Make(arguments) with { Repeat = Repeat.Always };

    private Invocation Make(params ImmutableArray<string> arguments) =>
        new(Executable, arguments) { Environment = Environment.SetItems(Plain), Repeat = Repeat.Unsent };
}

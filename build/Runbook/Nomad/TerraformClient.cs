using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runbook.Nomad;

/// <summary>Asks and tells Terraform through its CLI, and turns its answers into values or into errors with a next command.</summary>
public sealed partial class TerraformClient(TerraformCommands commands, IProcessGate gate)
{
    private const string Untouched = "nothing was changed by this call";

    /// <summary>How it is called.</summary>
    public TerraformCommands Commands => commands;

    /// <summary>Fetches the provider and finds the state.</summary>
    /// <exception cref="RunbookException">There is no Terraform, no provider, or no state behind the backend.</exception>
    public async Task InitAsync(CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.Init(), null, ct);
        if (outcome.ExitCode != 0)
            throw new RunbookException(ExitCode.WrongUse, $"Terraform cannot begin: {Reason(outcome)}")
            {
                State = Untouched,
                Next = $"{commands.Init()}",
            };
    }

    /// <summary>The resources that the state knows.</summary>
    public async Task<ImmutableArray<string>> StateAsync(CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.StateList(), null, ct);
        if (outcome.ExitCode == 0)
            return [.. outcome.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        return NoState().IsMatch(outcome.Error) ? [] : throw Failure(outcome, Untouched);
    }

    /// <summary>Plans, and leaves the plan in its file.</summary>
    /// <param name="variables">Which jobs there should be.</param>
    /// <param name="targets">Addresses that it may touch; none: whatever differs.</param>
    /// <param name="ct">Of the operator.</param>
    /// <exception cref="RunbookException">It cannot, or another run holds the state.</exception>
    public async Task<ImmutableArray<TerraformChange>> PlanAsync(
        IEnumerable<KeyValuePair<string, bool>> variables, IEnumerable<string> targets, CancellationToken ct)
    {
        var planned = await gate.RunAsync(commands.Plan(variables, targets), null, ct);
        if (planned.ExitCode != 0)
            throw Failure(planned, Untouched);
        var shown = await gate.RunAsync(commands.ShowPlan(), null, ct);
        if (shown.ExitCode != 0)
            throw Failure(shown, Untouched);
        try
        {
            return TerraformPlan.Parse(shown.Output);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new RunbookException(ExitCode.Failed, $"{shown.Invocation} ended with 0 but its answer cannot be read: {e.Message}", e)
            {
                State = Untouched,
                Next = shown.Invocation.ToString(),
            };
        }
    }

    /// <summary>Takes back the mark of a job whose creation was not waited for to its end.</summary>
    public async Task UntaintAsync(string address, CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.Untaint(address), null, ct);
        if (outcome.ExitCode != 0)
            throw Failure(outcome, Untouched);
    }

    /// <summary>Does what the plan in the file says.</summary>
    /// <param name="limit">How long a job may take to be healthy.</param>
    /// <param name="ct">Of the operator; the job that is at work is waited for.</param>
    /// <exception cref="RunbookException">It failed, or something was changed since the plan was made.</exception>
    public async Task ApplyAsync(TimeSpan limit, CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.Apply(limit), null, ct);
        if (outcome.ExitCode == 0)
            return;
        if (Stale().IsMatch(outcome.Error))
            throw new RunbookException(ExitCode.Held, $"something was changed by someone else since Terraform planned: {Reason(outcome)}")
            {
                State = "their change was kept, and so was what this plan did before",
                Next = "the same command: it plans again",
            };
        throw Failure(outcome, "what was applied before the failure is in Nomad and in Terraform's state");
    }

    private static RunbookException Failure(Outcome outcome, string state)
    {
        if (outcome.Error.Contains("Error acquiring the state lock", StringComparison.Ordinal))
            return Locked(outcome);
        return new RunbookException(ExitCode.Failed, $"terraform {Verb(outcome)} failed: {Reason(outcome)}")
        {
            State = state,
            Next = "./build.sh Status; the same command continues from there",
        };
    }

    private static RunbookException Locked(Outcome outcome)
    {
        string Value(string name) => LockInfo().Matches(outcome.Error).FirstOrDefault(m => m.Groups["name"].Value == name)?.Groups["value"].Value ?? "";
        return Value("ID") is not { Length: > 0 } id
            // The backend could not lock for a reason of its own.
            ? new RunbookException(ExitCode.Failed, $"Terraform's state cannot be locked: {Reason(outcome)}") { State = Untouched, Next = "fix the backend, then the same command again" }
            : new RunbookException(ExitCode.Held, $"Terraform's state is held by {Value("Who")} ({Value("Operation").Replace("OperationType", "", StringComparison.Ordinal).ToLowerInvariant()}) since {Value("Created")}")
            {
                State = Untouched,
                Next = $"wait for it to end; if that run is dead: {outcome.Invocation.Executable} {outcome.Invocation.Arguments[0]} force-unlock {id}",
            };
    }

    private static string Verb(Outcome outcome) => outcome.Invocation.Arguments.Skip(1).FirstOrDefault() ?? "";

    // Its errors come in a frame, with the place below them.
    private static string Reason(Outcome outcome)
    {
        var lines = (string.IsNullOrWhiteSpace(outcome.Error) ? outcome.Output : outcome.Error).Split('\n')
            .Select(l => l.Trim(' ', '\r', '\t', '│', '╷', '╵')).Where(l => l.Length > 0)
            .SkipWhile(l => !l.StartsWith("Error: ", StringComparison.Ordinal)).ToList();
        if (lines.Count == 0)
            return outcome.Reason;
        return string.Join(' ', lines.TakeWhile((l, i) => i == 0 || (i < 6 && !l.StartsWith("Error: ", StringComparison.Ordinal) && !Place().IsMatch(l)))
            .Select((l, i) => i == 0 ? l["Error: ".Length..] : l));
    }

    [GeneratedRegex("No state file was found", RegexOptions.CultureInvariant)]
    private static partial Regex NoState();

    [GeneratedRegex("Saved plan is stale|[Ee]nforcing job modify index|job modify index has changed", RegexOptions.CultureInvariant)]
    private static partial Regex Stale();

    [GeneratedRegex(@"^[\s│]*(?<name>ID|Who|Operation|Created):\s+(?<value>.*?)\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex LockInfo();

    [GeneratedRegex(@"^(with [a-z_]+\.|on \S+ line \d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runbook.Nomad;

/// <summary>Asks and tells Nomad through its CLI, and turns its answers into values or into errors with a next command.</summary>
public sealed partial class NomadClient(NomadCommands commands, IProcessGate gate)
{
    /// <summary>The oldest version whose behaviour was measured.</summary>
    public static readonly Version Oldest = new(1, 1);

    private const int NodesAtOnce = 8;

    private ImmutableArray<NomadServer> _servers;

    /// <summary>Whose jobs may be changed; null where that does not matter.</summary>
    public JobOwner? Owner { get; init; }

    /// <summary>The version of the CLI.</summary>
    /// <exception cref="RunbookException">It cannot be started, or is older than <see cref="Oldest"/>.</exception>
    public async Task<Version> VersionAsync(CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.Version(), null, ct);
        var match = VersionPattern().Match(outcome.Output);
        if (outcome.ExitCode != 0 || !match.Success)
            throw new RunbookException(ExitCode.WrongUse, $"{outcome.Invocation} did not tell a version: {outcome.Reason}")
            {
                State = "nothing was changed",
                Next = "name the nomad executable: --nomad /path/to/nomad",
            };
        var version = Version.Parse(match.Groups["version"].Value);
        return version >= Oldest
            ? version
            : throw new RunbookException(ExitCode.WrongUse, $"nomad {version} is too old: {Oldest} or newer is needed")
            {
                State = "nothing was changed",
                Next = "upgrade Nomad, or name another executable: --nomad /path/to/nomad",
            };
    }

    /// <summary>The servers that the agent knows, with their versions; asked once.</summary>
    public async Task<ImmutableArray<NomadServer>> ServersAsync(CancellationToken ct) =>
        _servers.IsDefault ? _servers = ServerTable.Parse(await AskAsync(commands.Servers(), ct)) : _servers;

    /// <summary>Looks whether there is a namespace, and whether it may be used.</summary>
    /// <exception cref="RunbookException">It is not there, or not ours to see.</exception>
    public Task NamespaceAsync(string name, CancellationToken ct) => AskAsync(commands.Namespace(name), ct);

    /// <summary>The nodes of the region, as the list tells of them: without drivers and host volumes.</summary>
    public async Task<ImmutableArray<NomadNode>> NodesAsync(CancellationToken ct) =>
        [.. (await ReadAsync(commands.Nodes(), NomadJson.Nodes, ct)).OrderBy(n => n.Name, StringComparer.Ordinal)];

    /// <summary>The same with drivers and host volumes of those that matter: each is a call, and a region may have hundreds.</summary>
    public async Task<ImmutableArray<NomadNode>> NodesAsync(Func<NomadNode, bool> matters, CancellationToken ct)
    {
        var nodes = new List<NomadNode>();
        foreach (var some in (await NodesAsync(ct)).Chunk(NodesAtOnce))
            nodes.AddRange(await Task.WhenAll(some.Select(n => matters(n) ? ReadAsync(commands.Node(n.Id), NomadJson.Node, ct) : Task.FromResult(n))));
        return [.. nodes];
    }

    /// <summary>The node of an allocation; null where Nomad did not tell which.</summary>
    public async Task<NomadNode?> NodeOfAsync(NomadAllocation? allocation, CancellationToken ct) =>
        allocation is { NodeId.Length: > 0 } ? await ReadAsync(commands.Node(allocation.NodeId), NomadJson.Node, ct) : null;

    /// <summary>A job, or null when there is none of exactly this id.</summary>
    public async Task<NomadJob?> JobAsync(string id, CancellationToken ct) => await InspectAsync(id, NomadJson.Job, ct) is { } job && job.Id == id ? job : null;

    /// <summary>The same for a job that is to be changed.</summary>
    /// <exception cref="RunbookException">It is another cluster's, or no runbook's.</exception>
    public async Task<NomadJob?> OwnJobAsync(string id, CancellationToken ct)
    {
        var job = await JobAsync(id, ct);
        if (job is not null)
            Owner?.Guard(job);
        return job;
    }

    /// <summary>What a job is made of, or null when there is none of exactly this id.</summary>
    public async Task<DeployedJob?> DeployedAsync(string id, CancellationToken ct) =>
        await InspectAsync(id, DeployedJob.Parse, ct) is { } job && job.Id == id ? job : null;

    private async Task<T?> InspectAsync<T>(string id, Func<string, T> parse, CancellationToken ct)
        where T : class
    {
        var outcome = await gate.RunAsync(commands.Inspect(id), null, ct);
        if (outcome.ExitCode == 0)
            return Read(outcome, parse);
        if (NomadFailure.Access(outcome) is { } trouble)
            throw trouble;
        // A missing job ends with 1 as any failure does, and its words differ between versions. The known ones save a call; the list decides.
        if (NoSuchJob().IsMatch(outcome.Error) || (await JobsAsync(ct)).All(j => j.Id != id))
            return null;
        throw NomadFailure.Of(outcome);
    }

    /// <summary>All jobs, children of parameterized and periodic ones among them.</summary>
    public async Task<ImmutableArray<JobRow>> JobsAsync(CancellationToken ct) => JobTable.Parse(await AskAsync(commands.Jobs(), ct));

    /// <summary>All allocations, oldest first.</summary>
    public Task<ImmutableArray<NomadAllocation>> AllocationsAsync(CancellationToken ct) =>
        ReadAsync(commands.Allocations(), NomadJson.Allocations, ct);

    /// <summary>Why a job has no place on any node; null while it is not waiting for one.</summary>
    public async Task<PlacementFailure?> PlacementAsync(string jobId, CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.Evaluations(jobId), null, ct);
        return outcome.ExitCode == 0 && EvaluationTable.Blocked(outcome.Output) is { } id
            ? await ReadAsync(commands.Evaluation(id), PlacementFailure.Parse, ct)
            : null;
    }

    /// <summary>Lets Nomad check a jobspec.</summary>
    /// <exception cref="RunbookException">Nomad does not accept it.</exception>
    public async Task ValidateAsync(string name, string jobspec, CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.Validate(jobspec), null, ct);
        if (outcome.ExitCode != 0)
            throw NomadFailure.Access(outcome) ?? new RunbookException(ExitCode.WrongUse, $"Nomad does not accept {name}: {outcome.Reason}")
            {
                State = "nothing was changed",
                Next = "./build.sh RenderJobs, then look at the file",
            };
    }

    /// <summary>What submitting the jobspec would do.</summary>
    public async Task<NomadPlan> PlanAsync(string jobspec, CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.Plan(jobspec), null, ct);
        var index = IndexPattern().Match(outcome.Output);
        if (outcome.ExitCode is not (0 or 1) || !index.Success)
            throw NomadFailure.Of(outcome);
        // The exit code speaks of placements only: a periodic job that changes says 0. The first line of the diff is
        // marked when anything differs.
        var header = HeaderPattern().Match(outcome.Output);
        var diff = JobDiffText.Parse(outcome.Output);
        Owner?.Guard(diff);
        return new NomadPlan(
            header.Success && header.Groups["mark"].Length > 0,
            ulong.Parse(index.Groups["index"].Value, CultureInfo.InvariantCulture),
            PlacementPattern().Match(outcome.Output).Value.Trim())
        {
            Diff = diff,
        };
    }

    /// <summary>Submits a jobspec that was planned against <paramref name="checkIndex"/>.</summary>
    /// <exception cref="RunbookException">Nomad refused it; or someone changed the job since it was planned.</exception>
    public async Task RunAsync(string jobspec, ulong checkIndex, CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.Run(jobspec, checkIndex), null, ct);
        if (outcome.ExitCode == 0)
            return;
        throw outcome.Error.Contains("Enforcing job modify index", StringComparison.Ordinal)
            ? new JobChangedException(outcome.Reason)
            : NomadFailure.Of(outcome);
    }

    /// <summary>The versions of a job that Nomad still has, newest first; none when there is no job of exactly this id.</summary>
    public async Task<ImmutableArray<NomadJob>> HistoryAsync(string id, CancellationToken ct) =>
        await JobAsync(id, ct) is null ? [] : [.. (await ReadAsync(commands.History(id), NomadJson.History, ct)).Where(j => j.Id == id)];

    /// <summary>Makes an earlier version of a job that was seen to exist its newest one.</summary>
    public Task RevertAsync(NomadJob job, long version, CancellationToken ct) => AskAsync(commands.Revert(job.Id, version), ct);

    /// <summary>Stops a job if there is one of exactly this id: the command itself takes any prefix.</summary>
    public async Task StopAsync(string id, bool purge, CancellationToken ct)
    {
        if (await OwnJobAsync(id, ct) is { } job)
            await StopAsync(job, purge, ct);
    }

    /// <summary>Looks whether these jobs, as far as they exist, may be changed.</summary>
    /// <exception cref="RunbookException">One is another cluster's, or no runbook's.</exception>
    public Task GuardAsync(IEnumerable<string> ids, CancellationToken ct) => Task.WhenAll(ids.Select(id => GuardAsync(id, ct)));

    private async Task GuardAsync(string id, CancellationToken ct)
    {
        if (Owner?.Knows(id) == false)
            await OwnJobAsync(id, ct);
    }

    /// <summary>Stops a job that was seen to exist.</summary>
    public Task StopAsync(NomadJob job, bool purge, CancellationToken ct) => AskAsync(commands.Stop(job.Id, purge), ct);

    /// <summary>Starts a child of a parameterized job and returns the child's id.</summary>
    public async Task<string> DispatchAsync(string id, IEnumerable<KeyValuePair<string, string>> meta, CancellationToken ct)
    {
        await GuardAsync(id, ct);
        var invocation = commands.Dispatch(id, meta);
        ct.ThrowIfCancellationRequested();
        // Not cancelled half way: a child whose id we never read could not be stopped.
        var answer = await AskAsync(invocation, CancellationToken.None);
        var match = DispatchedPattern().Match(answer);
        return match.Success ? match.Groups["id"].Value : throw NomadFailure.Of(new Outcome(invocation, 1, answer, "no dispatched job id in the answer"));
    }

    /// <summary>What a task wrote; empty when it has not started, or its node is lost.</summary>
    /// <exception cref="RunbookException">It cannot be read: nothing may be concluded from that.</exception>
    public async Task<string> LogsAsync(NomadAllocation allocation, string task, bool standardError, CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.Logs(allocation.Id, task, standardError), null, ct);
        return outcome.ExitCode == 0 ? outcome.Output
            : allocation.ClientStatus == "lost" || !allocation.HasStarted(task) || NotStarted().IsMatch(outcome.Error) ? ""
            : throw NomadFailure.Of(outcome);
    }

    /// <summary>What a task has written so far, as far as that can be read: for who looks again, or has a verdict without it.</summary>
    public async Task<string> LogsSoFarAsync(NomadAllocation allocation, string task, bool standardError, CancellationToken ct)
    {
        var outcome = await gate.RunAsync(commands.Logs(allocation.Id, task, standardError), null, ct);
        return outcome.ExitCode == 0 ? outcome.Output : "";
    }

    /// <summary>Passes on what a task writes until it ends or the token fires.</summary>
    public Task FollowLogsAsync(string allocationId, string task, bool standardError, Action<string> onLine, CancellationToken ct) =>
        gate.RunAsync(commands.FollowLogs(allocationId, task, standardError), onLine, ct);

    /// <summary>Runs a command beside a task and returns what came of it, whatever its exit code.</summary>
    public Task<Outcome> ExecAsync(
        string allocationId, string task, string? standardInput, IEnumerable<string> command, TimeSpan timeout, CancellationToken ct) =>
        gate.RunAsync(commands.Exec(allocationId, task, standardInput, command) with { Timeout = timeout }, null, ct);

    /// <summary>Runs a command beside a task on the operator's own terminal.</summary>
    public async Task<int> ExecInteractiveAsync(
        string allocationId, string task, bool terminal, IEnumerable<string> command, CancellationToken ct) =>
        (await gate.RunAsync(commands.ExecInteractive(allocationId, task, terminal, command), null, ct)).ExitCode;

    private async Task<string> AskAsync(Invocation invocation, CancellationToken ct)
    {
        var outcome = await gate.RunAsync(invocation, null, ct);
        return outcome.ExitCode == 0 ? outcome.Output : throw NomadFailure.Of(outcome);
    }

    private async Task<T> ReadAsync<T>(Invocation invocation, Func<string, T> parse, CancellationToken ct)
    {
        var outcome = await gate.RunAsync(invocation, null, ct);
        return outcome.ExitCode == 0 ? Read(outcome, parse) : throw NomadFailure.Of(outcome);
    }

    private static T Read<T>(Outcome outcome, Func<string, T> parse)
    {
        try
        {
            return parse(outcome.Output);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new RunbookException(ExitCode.Failed, $"{outcome.Invocation} ended with 0 but its answer cannot be read: {e.Message}", e)
            {
                Next = outcome.Invocation.ToString(),
            };
        }
    }

    [GeneratedRegex(@"Nomad v(?<version>\d+\.\d+\.\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex VersionPattern();

    [GeneratedRegex("""^(No job\(s\) with prefix or (id|ID) "|Prefix ("[^"]*" )?matched multiple jobs)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NoSuchJob();

    [GeneratedRegex("not started yet|No logs available", RegexOptions.CultureInvariant)]
    private static partial Regex NotStarted();

    [GeneratedRegex(@"Job Modify Index: (?<index>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex IndexPattern();

    [GeneratedRegex("""^(?<mark>[+\-/~]*) ?Job: "[^"]*"\s*$""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"(?<=^- WARNING:).*?(?=\n\n)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex PlacementPattern();

    [GeneratedRegex(@"Dispatched Job ID\s*=\s*(?<id>\S+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DispatchedPattern();
}

/// <summary>A job was changed by someone else between our look and our submission.</summary>
/// <param name="said">Nomad's words.</param>
public sealed class JobChangedException(string said)
    : RunbookException(Runbook.ExitCode.Refused, $"the job was changed by someone else since it was looked at: {said}");

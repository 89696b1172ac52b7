using System.Text.Json;
using Runbook.Nomad;

namespace Tests.Nomad;

/// <summary>A Nomad in memory, behind the process gate: jobs with check-index, allocations as a test moves them on.</summary>
internal sealed class FakeNomad : IProcessGate
{
    private ulong _index = 100;

    public FakeNomad() => Client = new NomadClient(new NomadCommands("nomad"), this);

    public NomadClient Client { get; }

    public Dictionary<string, NomadJob> Jobs { get; } = [];

    public List<NomadAllocation> Allocations { get; } = [];

    /// <summary>What tasks wrote to standard output and standard error.</summary>
    public Dictionary<bool, string> Logs { get; } = new() { [false] = "", [true] = "" };

    /// <summary>When set, no log can be read, and this is on standard error.</summary>
    public string Unreadable { get; set; } = "";

    /// <summary>Lines that a follower of standard output gets at once.</summary>
    public List<string> Live { get; } = [];

    public List<string> Asked { get; } = [];

    /// <summary>Called before each list of allocations with the number of the list, from 1.</summary>
    public Action<int> OnPoll { get; set; } = _ => { };

    /// <summary>Called before a job is submitted: where another operator may be quicker.</summary>
    public Action OnRun { get; set; } = () => { };

    /// <summary>The versions of each job, newest first.</summary>
    public Dictionary<string, IReadOnlyList<NomadJob>> History { get; } = [];

    /// <summary>Called when a job has gone back to a version.</summary>
    public Action<long> OnRevert { get; set; } = _ => { };

    /// <summary>Answers a command beside a task, given its standard input and, as a comment in its last line, the script's arguments.</summary>
    public Func<string, (int Code, string Output, string Error)> OnExec { get; set; } = _ => (0, "", "");

    /// <summary>The evaluation of a job that waits for a place, as JSON.</summary>
    public string Unplaced { get; set; } = "";

    /// <summary>Each node as JSON.</summary>
    public List<string> Nodes { get; } = [];

    /// <summary>When set, every call fails with this on standard error.</summary>
    public string Away { get; set; } = "";

    /// <summary>Jobspecs here are the meta of the job, as JSON.</summary>
    public string JobId { get; init; } = "postgres-lock";

    private int Polls { get; set; }

    public void Has(string id, IReadOnlyDictionary<string, string> meta, bool stopped = false) =>
        Jobs[id] = new NomadJob(id, "batch", "running", stopped, ++_index, System.Collections.Immutable.ImmutableDictionary.CreateRange(meta));

    public void Set(NomadAllocation allocation)
    {
        Allocations.RemoveAll(a => a.Id == allocation.Id);
        Allocations.Add(allocation);
    }

    public async Task<Outcome> RunAsync(Invocation invocation, Action<string>? onOutputLine, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Add(invocation.ToString());
        if (Away.Length > 0)
            return new Outcome(invocation, 1, "", Away);
        if (invocation.Arguments is ["alloc", "logs", "-f", ..])
        {
            foreach (var line in Live)
                onOutputLine?.Invoke(line);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        var (code, output, error) = Answer([.. invocation.Arguments], invocation.StandardInput ?? "");
        return new Outcome(invocation, code, output, error);
    }

    private (int Code, string Output, string Error) Answer(string[] words, string input) => words switch
    {
        ["job", "inspect", var id] => Jobs.TryGetValue(id, out var job) ? (0, Json(job), "") : (1, "", $"No job(s) with prefix or id \"{id}\" found"),
        ["job", "status"] => (0, Table(), ""),
        ["job", "status", "-evals", _] => (0, Unplaced.Length == 0 ? "" : "ID = x\n\nEvaluations\nID        Priority  Triggered By   Status   Placement Failures\n337ee565  50        queued-allocs  blocked  N/A - In Progress\n", ""),
        ["eval", "status", "-json", "337ee565"] => (0, Unplaced, ""),
        ["node", "status", "-json"] => (0, $"[{string.Join(',', Nodes)}]", ""),
        ["node", "status", "-json", var id] => (0, Nodes.First(n => n.Contains($"\"{id}\"", StringComparison.Ordinal)), ""),
        ["job", "run", .., var index, "-"] => Run(ulong.Parse(index), input),
        ["job", "plan", ..] => (1, $"+/- Job: \"{JobId}\"\n\nJob Modify Index: {(Jobs.TryGetValue(JobId, out var planned) ? planned.ModifyIndex : 0)}\n", ""),
        ["job", "stop", .., var id] => Stop(id, words.Contains("-purge")),
        ["job", "dispatch", .., var id] => Dispatch(id),
        ["job", "history", "-json", var id] => (0, JsonSerializer.Serialize(History[id].Select(Fields)), ""),
        ["job", "revert", "-detach", var id, var version] => Revert(id, long.Parse(version)),
        ["alloc", "status", ..] => List(),
        ["alloc", "logs", ..] => Unreadable.Length > 0 ? (1, "", Unreadable) : (0, Logs[words.Contains("-stderr")], ""),
        ["alloc", "exec", ..] => OnExec(string.Join('|', words.SkipWhile(w => w != "--").Skip(1)) is { Length: > 0 } arguments ? $"{input}\n# {arguments}" : input),
        _ => throw new InvalidOperationException($"this fake knows no nomad {string.Join(' ', words)}"),
    };

    private string Table() => "ID                  Type   Priority  Status             Submit Date\n" + string.Concat(Jobs.Values.Select(j =>
        $"{j.Id,-18}  batch  50        {(j.Stopped ? "dead (stopped)" : "running"),-17}  2026-11-22T12:00:00Z\n"));

    private (int, string, string) Run(ulong index, string input)
    {
        OnRun();
        if (index != (Jobs.TryGetValue(JobId, out var job) ? job.ModifyIndex : 0))
            return (1, "", "Unexpected response code: 500 (Enforcing job modify index)");
        Has(JobId, JsonSerializer.Deserialize<Dictionary<string, string>>(input)!);
        return (0, "", "");
    }

    private (int, string, string) Stop(string id, bool purge)
    {
        if (purge)
        {
            Jobs.Remove(id);
            Allocations.RemoveAll(a => a.JobId == id);
        }
        else
            Jobs[id] = Jobs[id] with { Stopped = true };
        foreach (var allocation in Allocations.Where(a => a.JobId == id && !a.Ended).ToList())
            Set(allocation with { ClientStatus = "complete", DesiredStatus = "stop" });
        return (0, "", "");
    }

    private (int, string, string) Dispatch(string id)
    {
        var child = $"{id}/dispatch-1";
        Has(child, new Dictionary<string, string>());
        return (0, $"Dispatched Job ID = {child}\n", "");
    }

    private (int, string, string) List()
    {
        OnPoll(++Polls);
        return (0, JsonSerializer.Serialize(Allocations.Select((a, i) => new
        {
            ID = a.Id, JobID = a.JobId, a.NodeName, a.ClientStatus, a.DesiredStatus, CreateIndex = i + 1, a.JobVersion,
            TaskStates = a.Tasks.ToDictionary(t => t.Name, t => new
            {
                t.State, t.Failed,
                Events = t.Events.Select(e => new
                {
                    e.Type, Time = e.At.ToUnixTimeMilliseconds() * 1_000_000, e.ExitCode, e.Signal, DisplayMessage = e.Message,
                    Details = new { oom_killed = e.OutOfMemory ? "true" : "false" },
                }),
            }),
        })), "");
    }

    private static string Json(NomadJob job) => JsonSerializer.Serialize(new
    {
        Job = Fields(job),
    });

    private static object Fields(NomadJob job) => new
    {
        ID = job.Id, job.Type, job.Status, Stop = job.Stopped, JobModifyIndex = job.ModifyIndex, job.Meta, job.Version, job.Stable,
        SubmitTime = job.SubmittedAt.ToUnixTimeMilliseconds() * 1_000_000,
    };

    private (int, string, string) Revert(string id, long version)
    {
        var job = Jobs[id];
        History[id] = [Jobs[id] = History[id].First(j => j.Version == version) with { Version = job.Version + 1 }, .. History[id]];
        OnRevert(version);
        return (0, "", "");
    }
}

using System.Text;
using LocalNomad.Jobspec;
using LocalNomad.Model;
using LocalNomad.Protocol;
using LocalNomad.Running;
using LocalNomad.Scheduling;
using LocalNomad.State;

namespace LocalNomad.Commands;

/// <summary>What the agent's commands work with.</summary>
internal sealed record AgentParts(StateStore Store, JobService Jobs, NodeClient Client, Node Node, DateTimeOffset Started, string SocketPath);

/// <summary>One command of one CLI, on the agent's side.</summary>
internal sealed class Session(AgentParts agent, CommandRequest request, CommandLine line, Stream stream, CancellationToken cancellation)
{
    private readonly StringBuilder _output = new();

    public AgentParts Agent => agent;

    public CommandRequest Request => request;

    public CommandLine Line => line;

    public CancellationToken Cancellation => cancellation;

    public ClusterState State => agent.Store.Current;

    /// <summary>The allocations of jobs that are there: since Nomad 1.8 a purge takes those of its job at once, while their tasks may still run.</summary>
    public IEnumerable<Allocation> Allocations => State.Allocations.Values.Where(one =>
        State.Jobs.TryGetValue(one.JobID, out var job) && State.AllocationJobs[one.ID].CreateIndex == job.CreateIndex);

    public DateTimeOffset Now => agent.Store.Time.GetUtcNow();

    /// <summary>How many characters of an id are shown.</summary>
    public int IdLength => line.Has("verbose") ? 36 : 8;

    public string Short(string id) => id.Length > IdLength ? id[..IdLength] : id;

    public void Print(string text) => _output.Append(text).Append('\n');

    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => Frame.WriteAsync(stream, FrameKind.Output, bytes, cancellation);

    public async Task FlushAsync()
    {
        if (_output.Length == 0)
            return;
        var bytes = Encoding.UTF8.GetBytes(_output.ToString());
        _output.Clear();
        await WriteAsync(bytes);
    }

    /// <summary>Says on standard error what went wrong.</summary>
    public async Task<int> FailAsync(string message, int exitCode = 1)
    {
        await FlushAsync();
        await Frame.WriteAsync(stream, FrameKind.Error, Encoding.UTF8.GetBytes(message + "\n"), cancellation);
        return exitCode;
    }

    /// <exception cref="Hcl.HclException">The job file cannot be understood.</exception>
    public JobFile ReadJob() => JobReader.Read(request.FileName ?? "", request.FileText ?? "");
}

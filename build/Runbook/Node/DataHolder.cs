namespace Runbook.Node;

/// <summary>The task that holds the data directory: it has locked it, and wrote beside the lock who it is.</summary>
/// <param name="Script">serve.sh or restore.sh; empty when it did not write that.</param>
/// <param name="Job">Id of its job.</param>
/// <param name="Allocation">Id of its allocation.</param>
/// <param name="Process">Its process id, in its own PID namespace.</param>
public sealed record DataHolder(string Script, string Job, string Allocation, string Process)
{
    /// <summary>It is a server's task.</summary>
    public bool IsServer => Script == "serve.sh";

    /// <summary>First eight characters of the allocation's id, as Nomad prints ids.</summary>
    public string ShortAllocation => Allocation.Length > 8 ? Allocation[..8] : Allocation;

    internal static DataHolder? Parse(FactLines facts) =>
        facts.Value("holder.script") is { Length: > 0 } script
            ? new DataHolder(script, facts.Value("holder.job"), facts.Value("holder.allocation"), facts.Value("holder.process"))
            : null;
}

/// <summary>A server that this runbook did not start, which has written the postmaster.pid of the data directory.</summary>
/// <param name="Words">Who it is, as far as its file and its socket tell.</param>
/// <param name="WayOut">What to type on the node.</param>
public sealed record ForeignServer(string Words, string WayOut)
{
    internal static ForeignServer? Parse(FactLines facts) =>
        facts.Value("pidfile") == "foreign" ? new ForeignServer(facts.Value("foreign.server"), facts.Value("foreign.wayout")) : null;
}

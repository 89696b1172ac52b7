namespace LocalNomad.Commands;

internal enum FlagKind
{
    Switch,
    Value,
    Values,
}

internal sealed record Flag(string Name, FlagKind Kind = FlagKind.Switch);

/// <summary>A command of the CLI: its words, flags and arguments, and how it says that there is no agent.</summary>
internal sealed record CommandSpec(string Name, string Arguments, IReadOnlyList<Flag> Flags)
{
    public int MinArguments { get; init; }

    public int MaxArguments { get; init; }

    /// <summary>What real Nomad says when the number of arguments is wrong.</summary>
    public string ArgumentError { get; init; } = "This command takes no arguments";

    /// <summary>Begins the message when the agent cannot be reached.</summary>
    public string ConnectError { get; init; } = "Error querying agent";

    /// <summary>The request that would have failed then.</summary>
    public string Request { get; init; } = "Get";

    public string Path { get; init; } = "/v1/agent/self";

    /// <summary>Whether the first argument is a job file, which the CLI reads: the agent has other folders and rights.</summary>
    public bool ReadsJobFile { get; init; }

    public int UsageExitCode { get; init; } = 1;

    public string Usage => $"Usage: nomad {Name} [options] {Arguments}".TrimEnd();
}

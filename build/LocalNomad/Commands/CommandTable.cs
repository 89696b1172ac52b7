namespace LocalNomad.Commands;

/// <summary>The commands there are. The part of Nomad's CLI that one needs to run jobs and to look at them.</summary>
internal static class CommandTable
{
    /// <summary>Flags that every command takes. Those about TLS and tokens mean nothing on a socket.</summary>
    public static IReadOnlyList<Flag> General { get; } =
    [
        new("address", FlagKind.Value), new("region", FlagKind.Value), new("namespace", FlagKind.Value), new("token", FlagKind.Value),
        new("no-color"), new("ca-cert", FlagKind.Value), new("ca-path", FlagKind.Value), new("client-cert", FlagKind.Value),
        new("client-key", FlagKind.Value), new("tls-server-name", FlagKind.Value), new("tls-skip-verify"),
    ];

    private static readonly Flag Detach = new("detach");
    private static readonly Flag Verbose = new("verbose");
    private static readonly Flag Json = new("json");
    private static readonly Flag Yes = new("yes");

    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["run"] = "job run", ["plan"] = "job plan", ["validate"] = "job validate", ["stop"] = "job stop", ["inspect"] = "job inspect",
        ["status"] = "job status", ["logs"] = "alloc logs", ["exec"] = "alloc exec", ["alloc-status"] = "alloc status",
        ["eval-status"] = "eval status", ["node-status"] = "node status", ["server-members"] = "server members",
    };

    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new("job run", "<path>", [Detach, Verbose, new("check-index", FlagKind.Value)])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <path>",
            ConnectError = "Error submitting job", Request = "Put", Path = "/v1/jobs", ReadsJobFile = true,
        },
        new("job plan", "<path>", [new("diff"), Verbose])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <path>",
            ConnectError = "Error during plan", Request = "Put", Path = "/v1/job/plan", ReadsJobFile = true, UsageExitCode = 255,
        },
        new("job validate", "<path>", [])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <path>", ReadsJobFile = true,
        },
        new("job stop", "<job>", [Detach, Verbose, Yes, new("purge"), new("global")])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <job>",
            ConnectError = "Error querying job prefix", Path = "/v1/jobs",
        },
        new("job inspect", "<job>", [Json, new("version", FlagKind.Value)])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <job>",
            ConnectError = "Error querying job prefix", Path = "/v1/jobs",
        },
        new("job status", "<job>", [Verbose, new("short"), new("evals"), new("all-allocs")])
        {
            MaxArguments = 1, ArgumentError = "This command takes either no arguments or one: <job>",
            ConnectError = "Error querying jobs", Path = "/v1/jobs",
        },
        new("job revert", "<job> <version>", [Detach, Verbose])
        {
            MinArguments = 2, MaxArguments = 2, ArgumentError = "This command takes two arguments: <job> <version>",
            ConnectError = "Error querying job prefix", Path = "/v1/jobs",
        },
        new("job history", "<job>", [Json, new("version", FlagKind.Value)])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <job>",
            ConnectError = "Error querying job prefix", Path = "/v1/jobs",
        },
        new("job dispatch", "<parameterized job> [input source]", [Detach, Verbose, new("meta", FlagKind.Values)])
        {
            MinArguments = 1, MaxArguments = 2, ArgumentError = "This command takes one or two argument: <parameterized job> [input source]",
            ConnectError = "Error querying job prefix", Path = "/v1/jobs",
        },
        new("job periodic force", "<job id>", [Detach, Verbose])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <job id>",
            ConnectError = "Error querying job prefix", Path = "/v1/jobs",
        },
        new("alloc status", "<allocation>", [Json, Verbose, new("short"), new("stats")])
        {
            MaxArguments = 1, ArgumentError = "This command takes one of the following argument conditions:\n * A single <allocation>\n * No arguments, with output format specified",
            ConnectError = "Error querying allocation", Path = "/v1/allocations",
        },
        new("alloc logs", "<allocation> <task>",
            [Verbose, new("stderr"), new("stdout"), new("f"), new("tail"), new("n", FlagKind.Value), new("c", FlagKind.Value), new("task", FlagKind.Value)])
        {
            MinArguments = 1, MaxArguments = 2, ArgumentError = "An allocation ID is required",
            ConnectError = "Error querying allocation", Path = "/v1/allocations",
        },
        new("alloc exec", "<allocation> <command> [<args>...]",
            [new("i"), new("t"), new("e", FlagKind.Value), new("task", FlagKind.Value)])
        {
            MinArguments = 2, MaxArguments = int.MaxValue, ArgumentError = "A command is required",
            ConnectError = "Error querying allocation", Path = "/v1/allocations",
        },
        new("alloc stop", "<allocation>", [Detach, Verbose])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <alloc-id>",
            ConnectError = "Error querying allocation", Path = "/v1/allocations",
        },
        new("alloc signal", "<allocation> <task>", [Verbose, new("s", FlagKind.Value)])
        {
            MinArguments = 1, MaxArguments = 2, ArgumentError = "This command takes up to two arguments: <alloc-id> <task>",
            ConnectError = "Error querying allocation", Path = "/v1/allocations",
        },
        new("alloc restart", "<allocation> <task>", [Verbose])
        {
            MinArguments = 1, MaxArguments = 2, ArgumentError = "This command takes one or two arguments: <alloc-id> <task-name>",
            ConnectError = "Error querying allocation", Path = "/v1/allocations",
        },
        new("eval status", "<evaluation>", [Json, Verbose, new("monitor")])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <evaluation>",
            ConnectError = "Error querying evaluation", Path = "/v1/evaluations",
        },
        new("node status", "<node>", [Json, Verbose, new("self"), new("short"), new("stats"), new("allocs")])
        {
            MaxArguments = 1, ArgumentError = "This command takes either one or no arguments",
            ConnectError = "Error querying node status", Path = "/v1/nodes",
        },
        new("var put", "<path> [<specification>] [<key>=<value>]...",
            [new("force"), Verbose, new("check-index", FlagKind.Value), new("in", FlagKind.Value), new("out", FlagKind.Value)])
        {
            MinArguments = 1, MaxArguments = int.MaxValue, ArgumentError = "Not enough arguments (expected >1, got 0)",
            ConnectError = "Error creating variable", Request = "Put", Path = "/v1/var",
        },
        new("var get", "<path>", [new("item", FlagKind.Value), new("out", FlagKind.Value)])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <path>",
            ConnectError = "Error retrieving variable", Path = "/v1/var",
        },
        new("var list", "<prefix>", [new("out", FlagKind.Value)])
        {
            MaxArguments = 1, ArgumentError = "This command takes flags and either no arguments or one: <prefix>",
            ConnectError = "Error retrieving vars", Path = "/v1/vars",
        },
        new("var purge", "<path>", [new("check-index", FlagKind.Value)])
        {
            MinArguments = 1, MaxArguments = 1, ArgumentError = "This command takes one argument: <path>",
            ConnectError = "Error purging variable", Request = "Delete", Path = "/v1/var",
        },
        new("server members", "", [new("detailed")]) { ConnectError = "Error querying servers", Path = "/v1/agent/members" },
        new("agent-info", "", [Json]) { ConnectError = "Error querying agent info" },
        new("system gc", "", []) { ConnectError = "Error running system garbage-collection", Request = "Put", Path = "/v1/system/gc" },
        new("version", "", []),
        new("agent", "",
        [
            new("dev"), new("data-dir", FlagKind.Value), new("bind", FlagKind.Value), new("node", FlagKind.Value), new("dc", FlagKind.Value),
            new("host-volume", FlagKind.Values), new("meta", FlagKind.Values),
        ]),
    ];

    /// <summary>Finds the command that the first words name, the longest if there are several.</summary>
    public static (CommandSpec Spec, IReadOnlyList<string> Words)? Find(IReadOnlyList<string> arguments)
    {
        for (var words = Math.Min(3, arguments.Count); words > 0; words--)
        {
            var name = string.Join(' ', arguments.Take(words));
            name = Aliases.GetValueOrDefault(name, name);
            if (All.FirstOrDefault(spec => spec.Name == name) is { } spec)
                return (spec, [.. arguments.Skip(words)]);
        }

        return null;
    }
}

using LocalNomad.Supervision;

namespace LocalNomad.Commands;

/// <summary>The executable called nomad: CLI, agent, and the process above each task.</summary>
internal static class Program
{
    /// <summary>What the agent calls itself with; not for people.</summary>
    public const string SuperviseCommand = "supervise";

    /// <summary>The Nomad that this follows: the first line that has all that is here. What was there before variables keeps
    /// the texts of 1.1, which the later ones share.</summary>
    public const string Version = "2.0.5";

    public static async Task<int> Main(string[] args)
    {
        if (args is [SuperviseCommand, var folder])
            return Supervisor.Run(folder);
        if (args is ["-version" or "--version" or "-v"])
            args = ["version"];
        if (CommandTable.Find(args) is not { } found)
        {
            await Console.Error.WriteLineAsync(Help(args));
            return 1;
        }

        try
        {
            var line = CommandLine.Parse(found.Spec, found.Words);
            return found.Spec.Name switch
            {
                "version" => PrintVersion(),
                "agent" => await Serving.AgentCommand.RunAsync(line),
                "job validate" => ValidateCommand.Run(line),
                _ => RemoteCommand.Run(line, args),
            };
        }
        catch (UsageException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return error.ExitCode;
        }
    }

    private static int PrintVersion()
    {
        Console.Out.WriteLine($"Nomad v{Version} (single-node stand-in)");
        return 0;
    }

    private static string Help(string[] args)
    {
        var commands = CommandTable.All.Where(spec => args.Length == 0 || spec.Name.StartsWith(args[0] + " ", StringComparison.Ordinal)).ToList();
        var words = string.Join(' ', args.TakeWhile(arg => !arg.StartsWith('-')).Take(2)) + " ";
        var unknown = words.Length > 1 && !CommandTable.All.Any(spec => (spec.Name + " ").StartsWith(words, StringComparison.Ordinal));
        return (unknown ? $"\"{words.Trim()}\" is not a command of this single-node stand-in for Nomad.\n\n" : "")
            + "Usage: nomad <command> [args]\n\nCommands:\n"
            + string.Join('\n', (commands.Count == 0 ? CommandTable.All : commands).Select(spec => $"    {spec.Name} {spec.Arguments}".TrimEnd()));
    }
}

namespace LocalNomad.Commands;

/// <summary>A command line that was not understood.</summary>
internal sealed class UsageException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>
/// Flags and arguments in Go's manner: <c>-flag</c>, <c>--flag</c>, <c>-flag=value</c>, <c>-flag value</c>; the first
/// word that is no flag ends them.
/// </summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, List<string>> _values = [];

    private CommandLine(CommandSpec spec) => Spec = spec;

    public CommandSpec Spec { get; }

    public IReadOnlyList<string> Arguments { get; private set; } = [];

    /// <exception cref="UsageException">A flag is unknown or lacks its value, or there are too few or many arguments.</exception>
    public static CommandLine Parse(CommandSpec spec, IReadOnlyList<string> words)
    {
        var line = new CommandLine(spec);
        var next = 0;
        while (next < words.Count && words[next].Length > 1 && words[next][0] == '-')
        {
            var word = words[next++];
            if (word == "--")
                break;
            next = line.ReadFlag(word.StartsWith("--", StringComparison.Ordinal) ? word[2..] : word[1..], words, next);
        }

        line.Arguments = [.. words.Skip(next)];
        if (line.Arguments.Count < spec.MinArguments || line.Arguments.Count > spec.MaxArguments)
            throw line.Misuse($"{spec.ArgumentError}\nFor additional help try 'nomad {spec.Name} -help'");
        return line;
    }

    public bool Has(string flag) => _values.ContainsKey(flag) && Text(flag) != "false";

    public string? Text(string flag) => _values.TryGetValue(flag, out var values) ? values[^1] : null;

    public IReadOnlyList<string> Texts(string flag) => _values.GetValueOrDefault(flag, []);

    public UsageException Misuse(string message) => new(message, Spec.UsageExitCode);

    private int ReadFlag(string text, IReadOnlyList<string> words, int next)
    {
        var parts = text.Split('=', 2);
        var flag = Spec.Flags.Concat(CommandTable.General).FirstOrDefault(flag => flag.Name == parts[0])
            ?? throw Misuse(parts[0] is "help" or "h" ? Spec.Usage : $"flag provided but not defined: -{parts[0]}\n{Spec.Usage}");
        string value;
        if (parts.Length == 2)
            value = parts[1];
        else if (flag.Kind == FlagKind.Switch)
            value = "true";
        else if (next < words.Count)
            value = words[next++];
        else
            throw Misuse($"flag needs an argument: -{flag.Name}\n{Spec.Usage}");

        if (flag.Kind == FlagKind.Switch)
            value = ReadSwitch(flag.Name, value);
        if (!_values.TryGetValue(flag.Name, out var values))
            _values[flag.Name] = values = [];
        values.Add(value);
        return next;
    }

    private string ReadSwitch(string name, string value) => value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => "true",
        "0" or "f" or "F" or "false" or "FALSE" or "False" => "false",
        _ => throw Misuse($"invalid boolean value \"{value}\" for -{name}: parse error\n{Spec.Usage}"),
    };
}

namespace Host.Parameters;

/// <summary>How many words an option takes.</summary>
internal enum OptionArity
{
    /// <summary>None; a word may be joined with <c>=</c>.</summary>
    Flag,

    /// <summary>Exactly one.</summary>
    One,

    /// <summary>Exactly one each time it is given, any number of times.</summary>
    Many,

    /// <summary>The names of targets if the next word is that, else none.</summary>
    MaybeTargets,
}

/// <summary>An option as the command line sees it.</summary>
internal sealed record OptionSpec(string Word, OptionArity Arity)
{
    public Source Source => new($"--{Word}");
}

/// <summary>The command line, taken apart; values are not converted yet.</summary>
internal sealed record CommandLine(
    IReadOnlyList<string> Targets,
    IReadOnlyDictionary<string, RawValue> Options,
    IReadOnlyList<Problem> Problems)
{
    public bool Has(string option) => Options.ContainsKey(option);
}

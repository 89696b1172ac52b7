using Nuke.Common.IO;

namespace Host.Parameters;

/// <summary>A parameter with its value and the place that gave it.</summary>
internal sealed record BoundValue(ParameterDeclaration Declaration, object Value, Source Source)
{
    /// <summary>The value in writing, one text for each item.</summary>
    public IEnumerable<string> Texts => Value is Array array
        ? array.Cast<object?>().Select(x => x?.ToString() ?? "")
        : [Value.ToString() ?? ""];
}

/// <summary>Asks each source in turn, the strongest first, and converts what it finds.</summary>
internal sealed class Binder(
    CommandLine commandLine,
    EnvironmentValues environment,
    IReadOnlyDictionary<string, string> variables,
    FileValues files,
    AbsolutePath root,
    AbsolutePath workingDirectory)
{
    /// <summary>The parameters that have a value. Whatever is wrong with one is added to the problems.</summary>
    public IReadOnlyList<BoundValue> Bind(
        IReadOnlyCollection<ParameterDeclaration> declarations, ICollection<Problem> problems)
    {
        var bound = new List<BoundValue>();
        foreach (var declaration in declarations)
        {
            var (raw, directory) = Find(declaration, problems);
            if (raw is not null && new ValueConverter(directory).Convert(declaration, raw, problems) is { } value)
                bound.Add(new BoundValue(declaration, value, raw.Source));
        }

        return bound;
    }

    private (RawValue? Raw, AbsolutePath Directory) Find(
        ParameterDeclaration declaration, ICollection<Problem> problems)
    {
        if (commandLine.Options.GetValueOrDefault(declaration.Option) is { } option)
        {
            if (!declaration.IsSecret)
                return (option, workingDirectory);
            problems.Add(new Problem(
                $"{option.Source}: a secret on the command line can be read by everybody on this machine. Give it as {declaration.HowToGive()}."));
            return (null, workingDirectory);
        }

        if (environment.Find(declaration, problems) is { } variable)
            return (variable, workingDirectory);

        // A path in a file means the same wherever the build is called from.
        var raw = declaration.IsSecret
            ? files.FindSecret(declaration, variables, problems)
            : files.Find(declaration.Name);
        return (raw, root);
    }
}

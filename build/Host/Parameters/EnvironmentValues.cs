using Host.Words;

namespace Host.Parameters;

/// <summary>Finds parameters in the environment.</summary>
internal sealed class EnvironmentValues(IReadOnlyDictionary<string, string> variables)
{
    private const string Prefix = "NUKE_";

    /// <summary>What the environment gives for a parameter, or null.</summary>
    public RawValue? Find(ParameterDeclaration declaration, ICollection<Problem> problems)
    {
        // An empty variable is one that was taken back: many tools cannot unset one.
        var given = declaration.Variables.Distinct()
            .Select(x => (Name: x, Value: variables.GetValueOrDefault(x)))
            .Where(x => !string.IsNullOrEmpty(x.Value))
            .ToList();
        if (given.DistinctBy(x => x.Value).Count() > 1)
        {
            var names = string.Join(" and ", given.Select(x => x.Name));
            problems.Add(new Problem($"The environment variables {names} mean the same but differ. Unset all but one."));
            return null;
        }

        return given.Count == 0 ? null : Raw(given[0].Name, given[0].Value!);
    }

    /// <summary>What the environment gives for an option of the host: only names with NUKE's prefix count.</summary>
    public RawValue? Find(HostOption option)
    {
        var name = Prefix + Names.UpperSnake(option.Name);
        return variables.GetValueOrDefault(name) is { Length: > 0 } value ? Raw(name, value) : null;
    }

    /// <summary>
    /// Variables with NUKE's prefix that name no parameter but nearly do. Others are left alone: the prefix is shared
    /// with NUKE itself.
    /// </summary>
    public IEnumerable<Problem> Misspelt(IEnumerable<ParameterDeclaration> declarations, IEnumerable<HostOption> options)
    {
        var known = declarations.SelectMany(x => x.Variables)
            .Concat(options.Select(x => Prefix + Names.UpperSnake(x.Name)))
            .ToHashSet();
        return variables.Keys
            .Where(x => x.StartsWith(Prefix, StringComparison.Ordinal) && !known.Contains(x))
            .Select(x => (Name: x, Nearest: NearestWord.Find(x[Prefix.Length..], known.Where(IsPrefixed).Select(y => y[Prefix.Length..]))))
            .Where(x => x.Nearest is not null)
            .Select(x => new Problem($"The environment variable {x.Name} names no parameter. Did you mean {Prefix}{x.Nearest}?"));
    }

    private static bool IsPrefixed(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    private static RawValue Raw(string name, string value) => new([value], new Source($"environment variable {name}"));
}

using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;
using Nuke.Common;

/// <summary>The options of this run, for its record.</summary>
public partial class Build
{
    readonly ImmutableDictionary<string, string> _defaults;

    // SQL may hold a password, and is of Psql alone, which leaves no record.
    static readonly string[] NotRecorded = [nameof(Command)];

    /// <summary>The options that differ from their defaults, wherever they came from, as they would be typed.</summary>
    IReadOnlyList<string> Options() =>
    [
        .. Values().Where(v => v.Value != _defaults[v.Key] && !NotRecorded.Contains(v.Key)).OrderBy(v => v.Key, StringComparer.Ordinal)
            .Select(v => v.Value == bool.TrueString ? Dashed(v.Key) : $"{Dashed(v.Key)} {Quoted(v.Value)}"),
    ];

    ImmutableDictionary<string, string> Values() => GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
        .Where(f => f.GetCustomAttribute<ParameterAttribute>() is not null && f.GetCustomAttribute<SecretAttribute>() is null)
        .ToImmutableDictionary(f => f.Name, f => Typed(f.GetValue(this)));

    static string Typed(object? value) => value is Enum word ? $"{word}".ToLowerInvariant() : $"{value}";

    static string Dashed(string name) => "--" + UpperCase().Replace(name, "-$0").TrimStart('-').ToLowerInvariant();

    static string Quoted(string value) => value.Contains(' ') ? $"'{value}'" : value;

    [GeneratedRegex("[A-Z]")]
    private static partial Regex UpperCase();
}

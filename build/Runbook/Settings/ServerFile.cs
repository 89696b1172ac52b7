using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>Reads the files that are rendered for PostgreSQL and pgBackRest.</summary>
public static partial class ServerFile
{
    /// <summary>The settings of <c>postgresql.conf</c>, names in lower case; of a name that is written again the last counts.</summary>
    public static ImmutableSortedDictionary<string, string> Settings(string text)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var match in text.Split('\n').Select(l => SettingPattern().Match(l)).Where(m => m.Success && !m.Groups["name"].Value.StartsWith("include", StringComparison.OrdinalIgnoreCase)))
            found[match.Groups["name"].Value.ToLowerInvariant()] = Value(match.Groups["value"].Value.Trim());
        return found.ToImmutable();
    }

    /// <summary>What is written, without comments and empty lines; blanks count once.</summary>
    public static ImmutableArray<string> Lines(string text) =>
    [
        .. text.Split('\n').Select(l => Blanks().Replace(l.Split('#')[0].Trim(), " ")).Where(l => l.Length > 0),
    ];

    private static string Value(string text) =>
        text.Length >= 2 && text[0] == '\'' && text[^1] == '\''
            ? text[1..^1].Replace("''", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            : text;

    [GeneratedRegex("^(?<name>[A-Za-z_][A-Za-z0-9_.-]*) *= *(?<value>'([^']|'')*'|[^#]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SettingPattern();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}

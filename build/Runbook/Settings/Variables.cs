using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>Replaces <c>${name}</c> in strings. Only what the caller passes in is known: never the environment.</summary>
internal sealed partial class Variables(IReadOnlyDictionary<string, string> values)
{
    /// <summary>Whether the string is one variable and nothing else, so that its value may become a number.</summary>
    public static bool IsWhole(string text) => WholeReference().IsMatch(text);

    /// <summary>The text with every variable replaced; <c>$${</c> stands for a literal <c>${</c>.</summary>
    /// <param name="text">The string as it stands in the file.</param>
    /// <param name="unknown">Receives what is wrong with each variable that is not known.</param>
    public string Expand(string text, Action<string> unknown) => Reference().Replace(text, match =>
    {
        if (match.Value == "$${")
            return "${";
        var name = match.Groups["name"].Value;
        if (values.TryGetValue(name, out var value))
            return value;
        unknown($"unknown variable \"{match.Value}\"; {Known(name)}");
        return "";
    });

    private string Known(string name) => values.Count == 0
        ? "no variable is known in this profile; write $${ for a literal ${"
        : $"{NearestWord.Hint(name, values.Keys)}known: {string.Join(", ", values.Keys.Order(StringComparer.Ordinal))}";

    [GeneratedRegex(@"\$\$\{|\$\{(?<name>[^{}]*)\}?")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^\$\{[^{}]+\}\z")]
    private static partial Regex WholeReference();
}

using System.Globalization;

namespace Runbook.Node;

/// <summary>The lines <c>fact KEY VALUE</c> among whatever else a script printed. Of a key that is said again the last counts.</summary>
public sealed class FactLines(string text)
{
    private readonly ILookup<string, string> _facts = text.Split('\n').Where(l => l.StartsWith("fact ", StringComparison.Ordinal))
        .Select(l => l[5..].Split(' ', 2)).ToLookup(p => p[0], p => p.Length > 1 ? p[1].Trim() : "");

    /// <summary>All keys that were said.</summary>
    public IEnumerable<string> Keys => _facts.Select(f => f.Key);

    /// <summary>All values of a key.</summary>
    public IEnumerable<string> All(string key) => _facts[key];

    /// <summary>A value; empty when the key was not said.</summary>
    public string Value(string key) => _facts[key].LastOrDefault() ?? "";

    /// <summary>The first word of a value as a number; 0 when it is none.</summary>
    public long Number(string key) =>
        long.TryParse(Value(key).Split(' ')[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var n) ? n : 0;
}

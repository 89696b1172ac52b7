using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Runbook.Render;

/// <summary>Puts text into HCL so that Nomad reads back exactly that text.</summary>
internal static partial class HclText
{
    /// <summary>A quoted string.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }

        return NoInterpolation(quoted.Append('"').ToString());
    }

    /// <summary>A heredoc for a <c>template</c> block whose content holds no template.</summary>
    /// <param name="text">The content; a line feed is added at its end where there is none.</param>
    /// <param name="name">What an error calls the content.</param>
    /// <exception cref="RenderException">The content holds <c>{{</c>, which Nomad would execute.</exception>
    public static string Heredoc(string text, string name = "the text") =>
        text.Contains("{{", StringComparison.Ordinal)
            ? throw new RenderException($"{name} holds \"{{{{\" in line {LineOf(text, "{{")}, which Nomad would execute as a template")
            : SecretHeredoc(text);

    /// <summary>A heredoc whose content may hold Nomad templates, as references to secrets do.</summary>
    public static string SecretHeredoc(string text)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).ToHashSet();
        var mark = "EOT";
        while (lines.Contains(mark))
            mark += "_";
        return $"<<{mark}\n{NoInterpolation(text)}{(text.EndsWith('\n') ? "" : "\n")}{mark}";
    }

    /// <summary>
    /// The attributes of a <c>template</c> block that hand over a text verbatim, whatever braces it holds: SQL writes
    /// arrays as <c>'{{1,2},{3,4}}'</c>.
    /// </summary>
    public static string VerbatimAttributes(string text)
    {
        var attributes = new StringBuilder();
        if (text.Contains("{{", StringComparison.Ordinal))
        {
            var mark = 0;
            while (text.Contains($"<%{mark}", StringComparison.Ordinal))
                mark++;
            attributes.Append($"left_delimiter = {Quote($"<%{mark}")}\n").Append($"right_delimiter = {Quote($"{mark}%>")}\n");
        }

        return attributes.Append("data = ").Append(SecretHeredoc(text)).ToString();
    }

    /// <summary>The key itself, once it is sure that it can stand as a name in HCL.</summary>
    /// <exception cref="RenderException">It cannot.</exception>
    public static string Identifier(string key) => IdentifierPattern().IsMatch(key)
        ? key
        : throw new RenderException($"\"{key}\" cannot be a key of meta; allowed: letters, digits and \"_\"");

    private static string NoInterpolation(string text) => text
        .Replace("${", "$${", StringComparison.Ordinal)
        .Replace("%{", "%%{", StringComparison.Ordinal);

    private static int LineOf(string text, string part) =>
        text.AsSpan(0, text.IndexOf(part, StringComparison.Ordinal)).Count('\n') + 1;

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex IdentifierPattern();
}

using System.Text;
using System.Text.RegularExpressions;

namespace Runbook.Render;

/// <summary>
/// Brings a rendered jobspec into the canonical form of <c>nomad fmt</c>, so that templates need not care about
/// indentation and a rendered file shows no difference but the real one. Knows what our templates write: an
/// attribute, a block's head or an end on a line of its own, and heredocs.
/// </summary>
internal static partial class HclFormatter
{
    public static string Format(string text)
    {
        var output = new List<string>();
        var chain = new List<(string Name, string Value)>();
        var depth = 0;
        string? heredoc = null;
        foreach (var raw in text.Split('\n'))
        {
            if (heredoc is not null)
            {
                // The content of a heredoc belongs to the attribute before it: it moves with it, untouched.
                chain[^1] = (chain[^1].Name, chain[^1].Value + "\n" + raw);
                if (raw.Trim() == heredoc)
                    heredoc = null;
                continue;
            }

            var line = raw.Trim();
            if (Attribute().Match(line) is { Success: true } attribute && Balance(line) == 0)
            {
                chain.Add((attribute.Groups["name"].Value, attribute.Groups["value"].Value));
                if (HeredocMark().Match(line) is { Success: true } mark)
                    heredoc = mark.Groups["mark"].Value;
                continue;
            }

            Flush(chain, depth, output);
            var balance = Balance(line);
            if (line.Length == 0)
                output.Add("");
            else
                output.Add(Indent(depth + (line[0] is '}' or ']' ? -1 : 0)) + line);
            depth += balance;
        }

        Flush(chain, depth, output);
        return Join(output);
    }

    private static void Flush(List<(string Name, string Value)> chain, int depth, List<string> output)
    {
        var width = chain.Count == 0 ? 0 : chain.Max(attribute => attribute.Name.Length);
        output.AddRange(chain.Select(attribute => $"{Indent(depth)}{attribute.Name.PadRight(width)} = {attribute.Value}"));
        chain.Clear();
    }

    // No blank line at the top, at the end, beside a brace's inside, or after another one.
    private static string Join(List<string> lines)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            var next = lines.Skip(i + 1).FirstOrDefault(line => line.Length > 0);
            if (lines[i].Length == 0
                && (text.Length == 0 || lines[i - 1].Length == 0 || lines[i - 1][^1] is '{' or '['
                    || next is null || next.TrimStart()[0] is '}' or ']'))
                continue;
            text.Append(lines[i]).Append('\n');
        }

        return text.ToString();
    }

    private static string Indent(int depth) => new(' ', Math.Max(0, depth) * 2);

    private static int Balance(string line)
    {
        var bare = Quoted().Replace(line, "");
        return bare.Count(c => c is '{' or '[') - bare.Count(c => c is '}' or ']');
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z_][A-Za-z0-9_-]*)\s*=\s*(?<value>.*)$")]
    private static partial Regex Attribute();

    [GeneratedRegex("<<-?(?<mark>[A-Za-z_]+)$")]
    private static partial Regex HeredocMark();

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"
        """)]
    private static partial Regex Quoted();
}

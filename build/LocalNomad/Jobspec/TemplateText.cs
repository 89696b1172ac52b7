using System.Text;
using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>
/// The understood part of a task template: literal text, <c>{{ env "NAME" }}</c>, <c>{{ "text" }}</c> and comments.
/// </summary>
internal static class TemplateText
{
    /// <summary>What in the template cannot be rendered here; nothing when all of it can.</summary>
    public static IReadOnlyList<string> Problems(TaskTemplate template)
    {
        var problems = new List<string>();
        Walk(template, _ => "", problems.Add);
        return problems;
    }

    /// <summary>The text with every action replaced. A variable that does not exist is empty, as in Nomad.</summary>
    public static string Render(TaskTemplate template, IReadOnlyDictionary<string, string> environment) =>
        Walk(template, name => environment.GetValueOrDefault(name, ""),
            problem => throw new InvalidOperationException(problem));

    private static string Walk(TaskTemplate template, Func<string, string> variable, Action<string> problem)
    {
        var source = template.EmbeddedTmpl;
        var text = new StringBuilder();
        var offset = 0;
        while (source.IndexOf(template.LeftDelim, offset, StringComparison.Ordinal) is >= 0 and var start)
        {
            text.Append(source, offset, start - offset);
            var inner = start + template.LeftDelim.Length;
            var end = source.IndexOf(template.RightDelim, inner, StringComparison.Ordinal);
            if (end < 0)
            {
                problem($"an action that starts with \"{template.LeftDelim}\" is never closed");
                return text.ToString();
            }

            var action = source[inner..end];
            offset = end + template.RightDelim.Length;
            if (action.StartsWith("- ", StringComparison.Ordinal))
                TrimEnd(text);
            if (action.EndsWith(" -", StringComparison.Ordinal))
            {
                while (offset < source.Length && char.IsWhiteSpace(source[offset]))
                    offset++;
            }

            text.Append(Evaluate(action, variable, problem));
        }

        return text.Append(source, offset, source.Length - offset).ToString();
    }

    private static string Evaluate(string action, Func<string, string> variable, Action<string> problem)
    {
        var words = action.StartsWith("- ", StringComparison.Ordinal) ? action[2..] : action;
        words = (words.EndsWith(" -", StringComparison.Ordinal) ? words[..^2] : words).Trim();
        if (words.StartsWith("/*", StringComparison.Ordinal) && words.EndsWith("*/", StringComparison.Ordinal))
            return "";
        if (Quoted(words) is { } literal)
            return literal;
        if (words.StartsWith("env ", StringComparison.Ordinal) && Quoted(words[4..].Trim()) is { } name)
            return variable(name);
        problem($"\"{words}\" is not understood: only {{{{ env \"NAME\" }}}} can be rendered here");
        return "";
    }

    private static string? Quoted(string text) =>
        text.Length >= 2 && text[0] == text[^1] && (text[0] is '"' or '`') && !text[1..^1].Contains(text[0], StringComparison.Ordinal)
        && !text.Contains('\\', StringComparison.Ordinal)
            ? text[1..^1]
            : null;

    private static void TrimEnd(StringBuilder text)
    {
        while (text.Length > 0 && char.IsWhiteSpace(text[^1]))
            text.Length--;
    }
}

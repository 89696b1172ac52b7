using System.Text.RegularExpressions;
using LocalNomad.Model;

namespace LocalNomad.Jobspec;

/// <summary>Parses the part of Go's template language that can be rendered here; the rest it names.</summary>
internal sealed partial class TemplateParser
{
    // What Go's templates count as blanks.
    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    private readonly TaskTemplate _template;
    private readonly List<string> _problems = [];
    private readonly Stack<(string Path, List<TemplatePart> Around)> _open = [];
    private List<TemplatePart> _parts = [];

    private TemplateParser(TaskTemplate template) => _template = template;

    /// <summary>The parts, and what was not understood.</summary>
    public static (IReadOnlyList<TemplatePart> Parts, IReadOnlyList<string> Problems) Parse(TaskTemplate template)
    {
        var parser = new TemplateParser(template);
        parser.Parse();
        return (parser._parts, parser._problems);
    }

    private void Parse()
    {
        var source = _template.EmbeddedTmpl;
        var (offset, trims) = (0, false);
        while (true)
        {
            var start = source.IndexOf(_template.LeftDelim, offset, StringComparison.Ordinal);
            var literal = start < 0 ? source[offset..] : source[offset..start];
            if (trims)
                literal = literal.TrimStart(Blanks);
            if (start < 0)
            {
                AddLiteral(literal);
                break;
            }

            var inner = start + _template.LeftDelim.Length;
            var end = source.IndexOf(_template.RightDelim, inner, StringComparison.Ordinal);
            if (end < 0)
            {
                _problems.Add($"an action that starts with \"{_template.LeftDelim}\" is never closed");
                return;
            }

            var action = source[inner..end];
            offset = end + _template.RightDelim.Length;
            var trimsBefore = action.Length > 1 && action[0] == '-' && Blanks.Contains(action[1]);
            trims = action.Length > 1 && action[^1] == '-' && Blanks.Contains(action[^2]);
            AddLiteral(trimsBefore ? literal.TrimEnd(Blanks) : literal);
            Understand((trims ? action[..^1] : action)[(trimsBefore ? 1 : 0)..].Trim(Blanks));
        }

        if (_open.Count > 0)
            _problems.Add($"\"with nomadVar \"{_open.Peek().Path}\"\" has no end");
    }

    private void AddLiteral(string text)
    {
        if (text.Length > 0)
            _parts.Add(new LiteralPart(text));
    }

    private void Understand(string action)
    {
        if (action.StartsWith("/*", StringComparison.Ordinal) && action.EndsWith("*/", StringComparison.Ordinal))
            return;
        if (Literal().Match(action) is { Success: true } literal)
            AddLiteral(Text(literal));
        else if (Environment().Match(action) is { Success: true } environment)
            _parts.Add(new EnvironmentPart(Text(environment)));
        else if (Variable().Match(action) is { Success: true } variable)
            Open(Text(variable).Trim(' ', '/'));
        else if (_open.Count > 0 && Item().Match(action) is { Success: true } item)
            _parts.Add(new ItemPart(Text(item)));
        else if (_open.Count > 0 && action == "end")
            Close();
        else
            _problems.Add($"\"{action}\" is not understood: only {{{{ env \"NAME\" }}}} and {{{{ with nomadVar \"PATH\" }}}}{{{{ .KEY }}}}{{{{ end }}}} can be rendered here");
    }

    private void Open(string path)
    {
        _open.Push((path, _parts));
        _parts = [];
    }

    private void Close()
    {
        var (path, around) = _open.Pop();
        around.Add(new VariablePart(path, _parts));
        _parts = around;
    }

    private static string Text(Match match) => match.Groups["text"].Value;

    // In either kind of quotes; escapes are not understood.
    private const string Quoted = """(?:"(?<text>[^"\\]*)"|`(?<text>[^`\\]*)`)""";

    [GeneratedRegex(@"\A" + Quoted + @"\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\Aenv\s*" + Quoted + @"\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Environment();

    [GeneratedRegex(@"\Awith\s+nomadVar\s*" + Quoted + @"\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\A(?:\.(?<text>[\p{L}_][\p{L}\p{Nd}_]*)(?:\.Value)?|index\s+\.\s+" + Quoted + @")\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Item();
}

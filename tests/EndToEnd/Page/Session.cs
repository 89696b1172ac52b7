using System.Globalization;
using System.Text.RegularExpressions;

namespace Tests.EndToEnd.Page;

/// <summary>A line of a page that is typed, or a remark between two of them.</summary>
/// <param name="Text">As it stands on the page, without what leads to it.</param>
/// <param name="IsRemark">It says what the reader does elsewhere.</param>
/// <param name="ExitCode">What the page says that it ends with; 0 when it says nothing.</param>
/// <param name="Shown">The lines that the page shows of its output; <c>…</c> stands for what is left out.</param>
internal sealed record Typed(string Text, bool IsRemark, int ExitCode, IReadOnlyList<string> Shown);

/// <summary>What a page types under one heading: the indented lines that begin with <c>$</c>, and what they print.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Lines">In their order.</param>
internal sealed partial record Session(string Heading, IReadOnlyList<Typed> Lines)
{
    /// <summary>The sessions of a page, in their order; headings that type nothing have none.</summary>
    public static IReadOnlyList<Session> Of(string page)
    {
        var sessions = new List<(string Heading, List<string> Lines)>();
        foreach (var line in page.Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                sessions.Add((line[3..].Trim(), []));
            else if (line.StartsWith("    ", StringComparison.Ordinal) && sessions.Count > 0)
                sessions[^1].Lines.Add(line[4..]);
        }
        return [.. sessions.Select(s => new Session(s.Heading, [.. Read(s.Lines)])).Where(s => s.Lines.Count > 0)];
    }

    private static IEnumerable<Typed> Read(IEnumerable<string> lines)
    {
        Typed? typed = null;
        var shown = new List<string>();
        foreach (var line in lines)
        {
            var command = Command().Match(line);
            var remark = line.StartsWith("# ", StringComparison.Ordinal);
            if (!command.Success && !remark)
            {
                // Blocks that are not typed are for reference.
                if (typed is not null)
                    shown.Add(line);
                continue;
            }
            if (typed is not null)
                yield return typed with { Shown = [.. shown] };
            shown.Clear();
            typed = remark
                ? new Typed(line[2..].Trim(), true, 0, [])
                : new Typed(command.Groups["text"].Value.Trim(), false, command.Groups["code"] is { Success: true } code ? int.Parse(code.Value, CultureInfo.InvariantCulture) : 0, []);
        }
        if (typed is not null)
            yield return typed with { Shown = [.. shown] };
    }

    /// <summary>
    /// The lines that a page shows and that were not printed in this order; whatever numbers, labels, times and folders they hold. A line that is a number
    /// and nothing else is what a query answers, and has to be that number.
    /// </summary>
    public static IReadOnlyList<string> Missing(IEnumerable<string> shown, string printed)
    {
        var rest = printed.Split('\n').Select(Plain).ToList();
        var missing = new List<string>();
        foreach (var line in shown.Where(l => l.Trim() is not ("" or "…")))
        {
            var pattern = new Regex("^" + string.Join(".*", Plain(line).Split('…').Select(Regex.Escape)) + "$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
            var at = rest.FindIndex(l => pattern.IsMatch(l));
            if (at < 0)
                missing.Add(line);
            else
                rest.RemoveRange(0, at + 1);
        }
        return missing;
    }

    // Units go with their numbers: what took seconds on one machine takes minutes on another.
    private static string Plain(string line) => line.Trim() is { Length: > 0 } text && text.All(char.IsAsciiDigit) ? text : Folder().Replace(Quantity().Replace(Hexadecimal().Replace(line.TrimEnd(), "#"), "#"), "/");

    [GeneratedRegex(@"^\$ (?<text>.*?)(\s+# ends with (?<code>[0-9]+))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Command();

    [GeneratedRegex(@"\b[0-9A-F]{24}\b|\b[0-9]{8}-[0-9]{6}(F(_[0-9]{8}-[0-9]{6}[DI])?)?\b|\b[0-9A-F]+/[0-9A-F]+\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"[0-9]+([.,][0-9]+)?( (ms|s|min|h|d|B|kB|MB|GB|TB)\b)?( [0-9]+ (s|min|h)\b)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Quantity();

    [GeneratedRegex(@"(/[A-Za-z0-9_.#-]+){2,}/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Folder();
}

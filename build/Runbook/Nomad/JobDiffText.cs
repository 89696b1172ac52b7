using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Runbook.Nomad;

/// <summary>Reads the difference that <c>nomad job plan</c> prints before its dry run. It has no JSON before Nomad 2.0.5.</summary>
public static partial class JobDiffText
{
    /// <summary>The difference; <see cref="JobDiff.Same"/> where none is printed. Lines that are not understood are left out.</summary>
    public static JobDiff Parse(string text)
    {
        var open = new Stack<Builder>();
        foreach (var line in text.Split('\n').TakeWhile(l => !l.StartsWith("Scheduler dry-run:", StringComparison.Ordinal)))
        {
            if (HeadPattern().Match(line) is { Success: true } head)
            {
                var kind = head.Groups["kind"].Value;
                // A group ends where the next one begins, a task likewise: nothing closes them.
                while (open.Count > (kind == JobDiff.Job ? 0 : kind == JobDiff.TaskGroup ? 1 : 2))
                    Close(open);
                open.Push(new Builder(MarkOf(head), kind, Unquote(head.Groups["name"].Value), head.Groups["note"].Value));
            }
            else if (open.Count == 0)
                continue;
            else if (BlockPattern().Match(line) is { Success: true } block)
                open.Push(new Builder(MarkOf(block), block.Groups["name"].Value, "", ""));
            else if (line.Trim() == "}")
                Close(open);
            else if (FieldPattern().Match(line) is { Success: true } field)
                open.Peek().Fields.Add(FieldOf(field));
        }
        while (open.Count > 1)
            Close(open);
        return open.TryPop(out var job) ? job.Build() : JobDiff.Same;
    }

    private static void Close(Stack<Builder> open)
    {
        if (open.Count > 1 && open.Pop() is var inner)
            open.Peek().Blocks.Add(inner.Build());
        else
            open.Clear();
    }

    private static DiffField FieldOf(Match match)
    {
        var mark = MarkOf(match);
        var first = Unquote(match.Groups["first"].Value);
        return mark switch
        {
            DiffMark.Added => new DiffField(mark, match.Groups["name"].Value, "", first),
            DiffMark.Deleted => new DiffField(mark, match.Groups["name"].Value, first, ""),
            DiffMark.Edited => new DiffField(mark, match.Groups["name"].Value, first, Unquote(match.Groups["second"].Value)),
            _ => new DiffField(mark, match.Groups["name"].Value, first, first),
        };
    }

    private static DiffMark MarkOf(Match match) => match.Groups["mark"].Value switch
    {
        "+" => DiffMark.Added,
        "-" => DiffMark.Deleted,
        "+/-" => DiffMark.Edited,
        _ => DiffMark.None,
    };

    // As Go quotes a string.
    private static string Unquote(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }
            var digits = text[++i] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits > 0 && i + digits < text.Length && int.TryParse(text.AsSpan(i + 1, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code))
            {
                plain.Append(new Rune(code));
                i += digits;
                continue;
            }
            plain.Append(text[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', var c => c });
        }
        return plain.ToString();
    }

    private sealed record Builder(DiffMark Mark, string Kind, string Name, string Note)
    {
        public List<DiffField> Fields { get; } = [];

        public List<JobDiff> Blocks { get; } = [];

        public JobDiff Build() => new(Mark, Kind, Name, Note, [.. Fields], [.. Blocks]);
    }

    [GeneratedRegex("""^\s*((?<mark>\+/-|\+|-)\s+)?(?<kind>Job|Task Group|Task): "(?<name>([^"\\]|\\.)*)"( \((?<note>[^)]*)\))?\s*$""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HeadPattern();

    [GeneratedRegex("""^\s*((?<mark>\+/-|\+|-)\s+)?(?<name>[A-Za-z][A-Za-z0-9 ]*) \{\s*$""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex BlockPattern();

    [GeneratedRegex("""^\s*((?<mark>\+/-|\+|-)\s+)?(?<name>\S.*?): +"(?<first>([^"\\]|\\.)*)"( => "(?<second>([^"\\]|\\.)*)")?( \([^)]*\))?\s*$""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex FieldPattern();
}

using System.Text;

namespace LocalNomad.Hcl;

/// <summary>Reads <c>&lt;&lt;WORD</c> and, with its common indentation removed, <c>&lt;&lt;-WORD</c>.</summary>
internal static class HclHeredoc
{
    public static string Read(HclReader reader)
    {
        var position = reader.Position;
        reader.Skip(2);
        var indented = reader.Current == '-';
        if (indented)
            reader.Next();
        var marker = reader.RestOfLine().Trim();
        if (marker.Length == 0 || reader.AtEnd)
            throw new HclException(position, "Invalid heredoc", "The marker must stand at the end of its line, the text on the lines after it.");
        reader.Next();

        var lines = new List<string>();
        while (true)
        {
            if (reader.AtEnd)
                throw new HclException(position, "Unterminated heredoc", $"There is no line with the marker \"{marker}\" alone.");
            if (IsMarker(reader, marker))
                break;
            lines.Add(ReadLine(reader));
        }

        return string.Concat(indented ? Unindent(lines) : lines);
    }

    // The marker's line stays unread up to its end: the line end closes the attribute, as anywhere else.
    private static bool IsMarker(HclReader reader, string marker)
    {
        var blanks = 0;
        while (reader.Peek(blanks) is ' ' or '\t')
            blanks++;
        for (var i = 0; i < marker.Length; i++)
        {
            if (reader.Peek(blanks + i) != marker[i])
                return false;
        }

        if (reader.Peek(blanks + marker.Length) is not ('\n' or '\r' or HclReader.End))
            return false;
        reader.Skip(blanks + marker.Length);
        return true;
    }

    private static string ReadLine(HclReader reader)
    {
        var line = new StringBuilder();
        while (!reader.AtEnd && reader.Current != '\n')
            HclTemplate.ReadPart(reader, line);
        if (!reader.AtEnd)
            line.Append(reader.Next());
        return line.ToString();
    }

    private static IEnumerable<string> Unindent(List<string> lines)
    {
        var filled = lines.Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        var indentation = filled.Count == 0 ? 0 : filled.Min(line => line.Length - line.TrimStart(' ', '\t').Length);
        return lines.Select(line => string.IsNullOrWhiteSpace(line)
            ? line.TrimStart(' ', '\t')
            : line[indentation..]);
    }
}

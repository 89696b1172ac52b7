using System.Globalization;
using System.Text;

namespace LocalNomad.Hcl;

/// <summary>Escapes and <c>${...}</c> inside quoted strings and heredocs.</summary>
internal static class HclTemplate
{
    /// <summary>Reads one character, or one whole sequence that starts with <c>$</c> or <c>%</c>.</summary>
    public static void ReadPart(HclReader reader, StringBuilder text)
    {
        if (reader.LooksAt("$${") || reader.LooksAt("%%{"))
        {
            reader.Next();
            text.Append(reader.Next()).Append(reader.Next());
        }
        else if (reader.LooksAt("${"))
        {
            ReadInterpolation(reader, text);
        }
        else if (reader.LooksAt("%{"))
        {
            throw new HclException(reader.Position, "Unsupported template directive",
                "Write a literal \"%{\" as \"%%{\"; directives are not supported.");
        }
        else
        {
            text.Append(reader.Next());
        }
    }

    public static void ReadEscape(HclReader reader, StringBuilder text)
    {
        var position = reader.Position;
        reader.Next();
        if (reader.AtEnd)
            throw new HclException(position, "Invalid escape sequence", "The file ends here.");
        var selector = reader.Next();
        switch (selector)
        {
            case 'n':
                text.Append('\n');
                break;
            case 'r':
                text.Append('\r');
                break;
            case 't':
                text.Append('\t');
                break;
            case '"' or '\\':
                text.Append(selector);
                break;
            case 'u':
                text.Append(ReadRune(reader, 4, position));
                break;
            case 'U':
                text.Append(ReadRune(reader, 8, position));
                break;
            default:
                throw new HclException(position, "Invalid escape sequence",
                    $"The symbol \"{selector}\" is not a valid escape sequence selector.");
        }
    }

    // Only what the node resolves when it runs the task may stand here; all else would need evaluation.
    private static void ReadInterpolation(HclReader reader, StringBuilder text)
    {
        var position = reader.Position;
        var sequence = new StringBuilder();
        while (reader.Current != '}')
        {
            if (reader.AtEnd || reader.Current == '\n')
                throw new HclException(position, "Unterminated template sequence", "There is no closing brace on this line.");
            sequence.Append(reader.Next());
        }

        sequence.Append(reader.Next());
        var name = sequence.ToString(2, sequence.Length - 3).Trim();
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
        {
            throw new HclException(position, "Unsupported template expression",
                $"\"{sequence}\" would have to be evaluated; only names that the node resolves are understood. Write a literal \"${{\" as \"$${{\".");
        }

        foreach (var root in (string[])["var.", "local.", "each.", "count."])
        {
            if (name.StartsWith(root, StringComparison.Ordinal))
                throw new HclException(position, "Unsupported template expression", $"\"{name}\": variables of a job file are not supported.");
        }

        text.Append("${").Append(name).Append('}');
    }

    private static string ReadRune(HclReader reader, int digits, HclPosition position)
    {
        var hex = new StringBuilder();
        for (var i = 0; i < digits && char.IsAsciiHexDigit(reader.Current); i++)
            hex.Append(reader.Next());
        return hex.Length == digits
            && int.TryParse(hex.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
            && Rune.TryCreate(value, out var rune)
            ? rune.ToString()
            : throw new HclException(position, "Invalid escape sequence", $"Expected {digits} hexadecimal digits of a character.");
    }
}

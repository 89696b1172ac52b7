using System.Text;

namespace Common;

/// <summary>
/// Text that is not ours (a login name, a server's log, a reason that another operator typed) must not move the cursor, hide lines or
/// change colours on the reader's terminal. What would do that is written out instead: ESC is shown as <c>\x1b</c>.
/// </summary>
internal static class PlainText
{
    /// <summary>The text as it can be shown; line feeds and tabs stay.</summary>
    public static string Of(string text)
    {
        var i = FirstUnsafe(text);
        if (i < 0)
            return text;
        var result = new StringBuilder(text, 0, i, text.Length + 16);
        for (; i < text.Length; i++)
        {
            // A carriage return is part of a line's end, or overwrites the line.
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                continue;
            if (IsUnsafe(text[i]))
                Escape(result, text[i]);
            else
                result.Append(text[i]);
        }

        return result.ToString();
    }

    /// <summary>The text as one line: a line feed is written out, too.</summary>
    public static string Line(string text) => Of(text).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>Whether a character would do something on a terminal other than being shown.</summary>
    public static bool IsUnsafe(char c) => c is not ('\n' or '\t') && (char.IsControl(c) || IsDirection(c));

    /// <summary>Writes a character out.</summary>
    public static void Escape(StringBuilder result, char c) =>
        result.Append(c <= '\xff' ? $"\\x{(int)c:x2}" : $"\\u{(int)c:x4}");

    private static int FirstUnsafe(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (IsUnsafe(text[i]))
                return i;
        }

        return -1;
    }

    // Marks that turn the reading direction, and the line and paragraph separators: https://www.unicode.org/reports/tr9/
    private static bool IsDirection(char c) =>
        c is '\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}

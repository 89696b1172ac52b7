using System.Text;
using Common;

namespace Host.Masking;

/// <summary>
/// The last gate before the terminal. Of control characters only line feeds, tabs and the few sequences that we write ourselves pass; and where
/// a workflow of GitHub reads along, no line is a command to it: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
/// </summary>
/// <param name="inWorkflow">GitHub Actions reads what is written.</param>
internal sealed class SafeOutput(bool inWorkflow)
{
    // Colours of our own, the end of a line that is written over, and the return to its beginning.
    private static readonly string[] Ours = ["\e[0m", "\e[1m", "\e[2m", "\e[31m", "\e[32m", "\e[33m", "\e[K\r", "\e[K"];

    private bool _beginsLine = true;

    /// <summary>What may be written of the next piece.</summary>
    public ReadOnlySpan<char> Next(ReadOnlySpan<char> text)
    {
        if (!inWorkflow && !HasUnsafe(text))
            return text;
        var result = new StringBuilder(text.Length + 16);
        while (text.Length > 0)
        {
            var length = Own(text);
            if (length == 0 && text is ['\r', '\n', ..])
                length = 2;
            if (length > 0)
                result.Append(text[..length]);
            else if (PlainText.IsUnsafe(text[0]))
                PlainText.Escape(result, text[0]);
            else
                Append(result, text);
            if (inWorkflow)
                _beginsLine = text[Math.Max(length, 1) - 1] == '\n' || (_beginsLine && (length > 0 || char.IsWhiteSpace(text[0])));
            text = text[Math.Max(length, 1)..];
        }

        return result.ToString();
    }

    // The runner leaves out whatever is white space in Unicode: "::error::" at the beginning of a line, and the older "##[error]" anywhere in one.
    private void Append(StringBuilder result, ReadOnlySpan<char> text)
    {
        if (inWorkflow && ((_beginsLine && text[0] == ':') || text is ['#', '#', '[', ..]))
            result.Append('\\');
        result.Append(text[0]);
    }

    private static int Own(ReadOnlySpan<char> text)
    {
        foreach (var sequence in Ours)
        {
            if (text[0] == '\e' && text.StartsWith(sequence, StringComparison.Ordinal))
                return sequence.Length;
        }

        return 0;
    }

    private static bool HasUnsafe(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (PlainText.IsUnsafe(c))
                return true;
        }

        return false;
    }
}

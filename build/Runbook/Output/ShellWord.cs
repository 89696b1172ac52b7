namespace Runbook.Output;

/// <summary>A word as a shell takes it.</summary>
public static class ShellWord
{
    private const string Plain = "-_=./:@%+,";

    /// <summary>The word as it is, or in quotes where the shell would read more into it.</summary>
    public static string Of(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

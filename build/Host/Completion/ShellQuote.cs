namespace Host.Completion;

/// <summary>Quotes text so that a shell reads it as one word, whatever is in it.</summary>
internal static class ShellQuote
{
    public static string Posix(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    public static string PowerShell(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

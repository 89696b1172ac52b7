using System.Text;

namespace Host.Words;

/// <summary>The ways one PascalCase name is written.</summary>
internal static class Names
{
    /// <summary><c>BackupSet</c> is <c>backup-set</c>, <c>S3Endpoint</c> is <c>s3-endpoint</c>.</summary>
    public static string Kebab(string pascal) => Split(pascal, '-').ToLowerInvariant();

    /// <summary><c>BackupSet</c> is <c>BACKUP_SET</c>.</summary>
    public static string UpperSnake(string pascal) => Split(pascal, '_').ToUpperInvariant();

    /// <summary>What is left when case and punctuation do not count.</summary>
    public static string Plain(string name) =>
        new string([.. name.Where(char.IsLetterOrDigit)]).ToLowerInvariant();

    private static string Split(string pascal, char separator)
    {
        var result = new StringBuilder(pascal.Length + 4);
        for (var i = 0; i < pascal.Length; i++)
        {
            if (i > 0 && char.IsUpper(pascal[i]) && (!char.IsUpper(pascal[i - 1]) || StartsWord(pascal, i)))
                result.Append(separator);
            result.Append(pascal[i]);
        }

        return result.ToString();
    }

    // The last capital of an abbreviation begins the next word: XMLFile is xml-file.
    private static bool StartsWord(string text, int i) => i + 1 < text.Length && char.IsLower(text[i + 1]);
}

using System.Text;

namespace Runbook.Facts;

/// <summary>The passwords that lie on the data volume.</summary>
public static class NodePasswords
{
    /// <summary>Reads what the node printed for the operation <c>passwords</c>: role and password, each in base64.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text) =>
        new FactLines(text).All("password").Select(line => line.Split(' ')).Where(words => words.Length == 2)
            .ToDictionary(words => Decode(words[0]), words => Decode(words[1]), StringComparer.Ordinal);

    private static string Decode(string word) => Encoding.UTF8.GetString(Convert.FromBase64String(word));
}

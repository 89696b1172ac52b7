using System.Text;
using Runbook.Node;

namespace Runbook.Cluster;

/// <summary>The passwords that lie on the data volume.</summary>
public static class NodePasswords
{
    /// <summary>Reads what the node printed for the operation <c>passwords</c>: role and password, each in base64.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text) =>
        new FactLines(text).All("password").Select(line => line.Split(' ')).Where(words => words.Length == 2)
            .ToDictionary(words => Decode(words[0]), words => Decode(words[1]), StringComparer.Ordinal);

    /// <summary>Name of the file that holds the password of a role: <c>password_file</c> of lib.sh. A role may have any name.</summary>
    public static string FileOf(string role) => string.Concat(Encoding.UTF8.GetBytes(role).Select(b =>
        char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' ? $"{(char)b}" : $"%{b:X2}"));

    private static string Decode(string word) => Encoding.UTF8.GetString(Convert.FromBase64String(word));
}

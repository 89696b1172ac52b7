using System.Text;
using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>Questions about text that several rules ask.</summary>
internal static partial class Text
{
    /// <summary>Letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, beginning with a letter or digit: safe as a file's name too.</summary>
    public static bool IsPlainName(string text) => PlainName().IsMatch(text);

    public const string PlainNameRule = "letters, digits, \".\", \"_\" and \"-\", beginning with a letter or digit, at most 100";

    public static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>What is wrong with an absolute path; null when nothing is.</summary>
    public static string? PathProblem(string path)
    {
        if (!path.StartsWith('/') || path.Length == 1)
            return $"found \"{path}\"; allowed: an absolute path other than \"/\"";
        if (path.Split('/').Any(part => part is "." or ".."))
            return $"found \"{path}\"; allowed: a path without \".\" and \"..\"";
        // Such a path would have to be quoted differently in HCL, in pgbackrest.conf and in postgresql.conf.
        return path.IndexOfAny(ForbiddenInPaths) >= 0 || path.Any(char.IsControl)
            ? $"found \"{path}\"; a path must not contain any of {string.Join(' ', ForbiddenInPaths)} or control characters"
            : null;
    }

    private static readonly char[] ForbiddenInPaths = ['"', '\'', '\\', '$', '`', '{', '}', '%', ','];

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex PlainName();
}

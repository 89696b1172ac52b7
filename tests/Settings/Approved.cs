using Shouldly;

namespace Tests.Settings;

/// <summary>Compares text with a committed file, and says where they part instead of printing both.</summary>
internal static class Approved
{
    private const int Context = 3;

    public static void ShouldMatch(string path, string text)
    {
        if (Repository.Update)
            File.WriteAllText(path, text);
        var approved = File.Exists(path) ? File.ReadAllText(path) : "";
        if (approved != text)
            throw new ShouldAssertException(
                $"{path} is out of date; look at the difference, then run the tests with UPDATE_APPROVED=1\n"
                + Difference(approved.Split('\n'), text.Split('\n')));
    }

    // From the first line that differs to the last, which is one hunk of diff -u.
    private static string Difference(string[] approved, string[] actual)
    {
        var start = 0;
        while (start < approved.Length && start < actual.Length && approved[start] == actual[start])
            start++;
        var end = 0;
        while (end < approved.Length - start && end < actual.Length - start && approved[^(end + 1)] == actual[^(end + 1)])
            end++;
        return string.Join('\n',
        [
            $"@@ line {start + 1} @@",
            .. approved[Math.Max(0, start - Context)..start].Select(line => "  " + line),
            .. approved[start..^end].Select(line => "- " + line),
            .. actual[start..^end].Select(line => "+ " + line),
            .. actual[^end..].Take(Context).Select(line => "  " + line),
        ]);
    }
}

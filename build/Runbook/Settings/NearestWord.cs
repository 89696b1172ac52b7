namespace Runbook.Settings;

/// <summary>Finds the word that was probably meant.</summary>
internal static class NearestWord
{
    /// <summary><c>did you mean "x"? </c> with a trailing blank, or nothing when no word is near.</summary>
    public static string Hint(string word, IEnumerable<string> allowed) =>
        Find(word, allowed) is { } near ? $"did you mean \"{near}\"? " : "";

    /// <summary>The nearest allowed word, null when none is within a third of its length.</summary>
    public static string? Find(string word, IEnumerable<string> allowed) => allowed
        .Select(candidate => (candidate, distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
        .Where(x => x.distance <= Math.Max(2, x.candidate.Length / 3) && x.distance < x.candidate.Length)
        .OrderBy(x => x.distance).ThenBy(x => x.candidate, StringComparer.Ordinal)
        .Select(x => x.candidate)
        .FirstOrDefault();

    // Edit distance in which two swapped neighbours count as one edit, as they are one slip of the hand.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}

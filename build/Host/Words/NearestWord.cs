namespace Host.Words;

/// <summary>Finds the word that was probably meant.</summary>
internal static class NearestWord
{
    /// <summary>The candidate nearest to a word, or null if none is near enough to be of help.</summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        var plain = Names.Plain(word);
        if (plain.Length == 0)
            return null;
        var (best, distance) = candidates
            .Select(x => (Word: x, Distance: Distance(plain, Names.Plain(x))))
            .OrderBy(x => x.Distance).ThenBy(x => x.Word, StringComparer.Ordinal)
            .FirstOrDefault((Word: "", Distance: int.MaxValue));
        return distance <= Math.Max(1, (plain.Length + 1) / 3) ? best : Completion(plain, candidates);
    }

    /// <summary>The sentence that offers the nearest word, with a leading blank, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Find(word, candidates) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    // A word typed in part is far from the whole by count of letters, yet clearly meant.
    private static string? Completion(string plain, IEnumerable<string> candidates)
    {
        if (plain.Length < 3)
            return null;
        var matches = candidates.Where(x => Names.Plain(x).StartsWith(plain, StringComparison.Ordinal)).Take(2).ToList();
        return matches.Count == 1 ? matches[0] : null;
    }

    // Optimal string alignment: two letters swapped are one mistake, as they are for the person who typed them.
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}

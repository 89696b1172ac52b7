using System.Text.Json;

namespace Host.Masking;

/// <summary>The texts that must not be seen.</summary>
internal sealed class SecretMasks
{
    // Masking "a" would make any text unreadable and tell what was masked.
    private const int Shortest = 3;
    private const int ShortestLine = 8;

    private volatile string[] _texts = [];

    /// <summary>Longest first, so that a secret within another leaves no rest of the longer one.</summary>
    public IReadOnlyList<string> Texts => _texts;

    public void Add(IEnumerable<string> secrets)
    {
        var texts = secrets.SelectMany(Forms).Where(x => x.Length >= Shortest).Concat(_texts).Distinct();
        _texts = [.. texts.OrderByDescending(x => x.Length)];
    }

    // A secret is also recognised inside a connection URL and a JSON document, and line by line: whoever indents or
    // wraps a key of several lines prints no contiguous copy of it.
    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        yield return JsonEncodedText.Encode(secret).ToString();
        if (!secret.Contains('\n', StringComparison.Ordinal))
            yield break;
        foreach (var line in secret.Split('\n').Select(x => x.Trim()).Where(x => x.Length >= ShortestLine))
            yield return line;
    }
}

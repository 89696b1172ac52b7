using System.Text.RegularExpressions;

namespace Runbook.Cluster;

/// <summary>
/// pgBackRest's words for a storage that it cannot use, in one line: it prints whole HTTP exchanges, and takes what it cannot
/// decrypt for a broken file. The words are those of versions 2.45 and later.
/// </summary>
public static partial class StorageTrouble
{
    /// <summary>Named wherever the passphrase may be at fault.</summary>
    internal const string Passphrase = "cipherPassphrase";

    private static readonly (string Sign, string Meaning)[] Signs =
    [
        ("SignatureDoesNotMatch", "the secret key is wrong"),
        ("InvalidAccessKeyId", "the access key is not known there"),
        ("NoSuchBucket", "the bucket does not exist"),
        ("RequestTimeTooSkewed", "the clock of the node is wrong"),
        ("failed with 403", "these keys may not do that there"),
        ("failed with 404", "the bucket or container does not exist"),
        ("unable to find hostname", "the certificate is for another name; pgBackRest compares names of the DNS, not addresses"),
        ("unable to verify certificate", "its certificate is not signed by one that is trusted: set tls.caFile"),
        ("CA certificate location", "tls.caFile cannot be read on the node"),
        ("key/value found outside of section", $"it is encrypted with another passphrase, or not encrypted: {Passphrase} does not fit"),
        ("unable to flush", $"it is encrypted with another passphrase, or not encrypted: {Passphrase} does not fit"),
        ("cipher header invalid", $"it is not encrypted, and {Passphrase} is set"),
        ("unable to get address for", "its name is not known: check the endpoint"),
        ("unable to connect to", "no answer from there"),
        ("timeout connecting to", "no answer from there"),
    ];

    /// <summary>The first line of what pgBackRest said, and what it means where that is known.</summary>
    public static string Explain(string said)
    {
        var text = said.Trim();
        if (text.Length == 0)
            return "";
        var first = text.Split('\n')[0].TrimEnd(' ', ':');
        // A file that cannot be decrypted is quoted.
        var line = Unprintable().Replace(first, "");
        var meaning = Signs.FirstOrDefault(s => text.Contains(s.Sign, StringComparison.Ordinal)).Meaning;
        return meaning is null ? line : $"{line}: {meaning}";
    }

    [GeneratedRegex(@"[^\x20-\x7e]+", RegexOptions.CultureInvariant)]
    private static partial Regex Unprintable();
}

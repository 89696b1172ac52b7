using System.Security.Cryptography;
using System.Text;

namespace Runbook.Settings;

/// <summary>
/// A secret as NUKE 10 writes it into a parameters file: <c>v1:</c> and base64 of AES-256-CBC, key and vector derived from a
/// password. What either of the two has written, the other can read.
/// https://github.com/nuke-build/nuke/blob/10.1.0/source/Nuke.Utilities/Security/EncryptionUtility.cs
/// </summary>
internal static class EncryptedValue
{
    private const string Prefix = "v1:";
    private const int Rounds = 10_000;
    private const int KeyBytes = 32;
    private const int VectorBytes = 16;

    // Fixed by the format, like the number of rounds: the strength of a value is that of its password alone.
    private static readonly byte[] Salt = [0x49, 0x76, 0x61, 0x6e, 0x20, 0x4d, 0x65, 0x64, 0x76, 0x65, 0x64, 0x65, 0x76];

    public static bool IsEncrypted(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    public static string Encrypt(SecretValue secret, string password)
    {
        using var aes = Create(password, out var vector);
        return Prefix + Convert.ToBase64String(aes.EncryptCbc(Encoding.UTF8.GetBytes(secret.Reveal()), vector));
    }

    /// <summary>The secret; null if the password is not the one it was written with, or the text was damaged.</summary>
    public static SecretValue? Decrypt(string text, string password)
    {
        try
        {
            using var aes = Create(password, out var vector);
            var plain = aes.DecryptCbc(Convert.FromBase64String(text[Prefix.Length..]), vector);
            // One wrong password in 256 leaves a valid padding; hardly any leaves valid text before it.
            return new(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(plain));
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static Aes Create(string password, out byte[] vector)
    {
        var bytes = Rfc2898DeriveBytes.Pbkdf2(password, Salt, Rounds, HashAlgorithmName.SHA256, KeyBytes + VectorBytes);
        var aes = Aes.Create();
        aes.Key = bytes[..KeyBytes];
        vector = bytes[KeyBytes..];
        return aes;
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Host.Parameters;

/// <summary>Secrets as NUKE's <c>:secrets</c> command writes them into a parameters file: <c>v1:</c> and base64.</summary>
internal static class EncryptedValue
{
    private const string Prefix = "v1:";
    private const int Iterations = 10_000;

    // Fixed by the format: a value written by NUKE can be read with no other.
    private static readonly byte[] Salt = [0x49, 0x76, 0x61, 0x6e, 0x20, 0x4d, 0x65, 0x64, 0x76, 0x65, 0x64, 0x65, 0x76];

    public static bool IsEncrypted(string value) => value.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The secret, or null if the password is not the one it was written with.</summary>
    public static string? Decrypt(string value, string password)
    {
        try
        {
            using var aes = CreateAes(password, out var vector);
            var plain = aes.DecryptCbc(Convert.FromBase64String(value[Prefix.Length..]), vector);

            // A wrong password can leave valid padding by chance, but hardly valid text.
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    public static string Encrypt(string secret, string password)
    {
        using var aes = CreateAes(password, out var vector);
        return Prefix + Convert.ToBase64String(aes.EncryptCbc(Encoding.UTF8.GetBytes(secret), vector));
    }

    private static Aes CreateAes(string password, out byte[] vector)
    {
        var bytes = Rfc2898DeriveBytes.Pbkdf2(password, Salt, Iterations, HashAlgorithmName.SHA256, 48);
        var aes = Aes.Create();
        aes.Key = bytes[..32];
        vector = bytes[32..];
        return aes;
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Runbook.Settings;

/// <summary>A word that stands for a secret: equal for equal secrets of a cluster, and slow to compute, so that a weak one is not guessed from it.</summary>
public static class SecretFingerprint
{
    private const int Rounds = 50_000;
    private const int Bytes = 16;

    /// <summary>The word, in hex.</summary>
    /// <param name="salt">Name of the cluster, or what else tells it from others.</param>
    /// <param name="secret">The secret; it is not kept.</param>
    public static string Of(string salt, string secret) => Convert.ToHexStringLower(
        Rfc2898DeriveBytes.Pbkdf2(secret, SHA256.HashData(Encoding.UTF8.GetBytes(salt)), Rounds, HashAlgorithmName.SHA256, Bytes));
}

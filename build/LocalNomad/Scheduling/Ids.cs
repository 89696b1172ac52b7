using System.Security.Cryptography;

namespace LocalNomad.Scheduling;

internal static class Ids
{
    public static string New() => Guid.NewGuid().ToString("D");

    public static string ShortRandom() => RandomNumberGenerator.GetHexString(8, lowercase: true);
}

using System.Text.RegularExpressions;

namespace Runbook.Settings;

/// <summary>An encrypted value at the top of a parameters file.</summary>
/// <param name="Name">Its key, which <c>secret:NAME</c> names.</param>
/// <param name="Profile">The profile whose file it stands in; null for the file that all profiles share.</param>
/// <param name="Text">The value as it stands there.</param>
public sealed partial record EncryptedSecret(string Name, string? Profile, string Text)
{
    private const int Longest = 64;

    /// <summary>The file it stands in, relative to the repository.</summary>
    public string File => ConfigReader.FileOf(Profile);

    /// <summary>Name and file.</summary>
    public override string ToString() => $"{Name} in {File}";

    /// <summary>What is wrong with a name; null when nothing is. Parameters of the build are written with capitals, so that no secret
    /// can be taken for one.</summary>
    public static string? Problem(string name)
    {
        if (name.Length > Longest || !Allowed().IsMatch(name))
            return $"\"{name}\" is not a valid name of a secret; allowed: lower-case letters and digits, separated by -, for example app-password";
        return Sections.Contains(name) ? $"\"{name}\" is a section of the configuration; allowed: any other name" : null;
    }

    /// <summary>The sections of the configuration, which stand at the top of the same files.</summary>
    internal static IReadOnlyList<string> Sections { get; } = [.. SettingNames.Settings(typeof(ClusterSettings)).Select(SettingNames.Of)];

    /// <summary>What a name looks like.</summary>
    internal const string Pattern = "[a-z][a-z0-9]*(-[a-z0-9]+)*";

    [GeneratedRegex($"^{Pattern}\\z")]
    private static partial Regex Allowed();
}

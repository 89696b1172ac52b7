namespace Sandbox;

/// <summary>
/// What a compilation may know of the environment. MSBuild takes every variable for a property of the project: an exported VERSION,
/// Platform, Configuration or OutputPath would change what is compiled, or end it. <c>build.sh</c> keeps the same ones.
/// </summary>
internal static class CompilerEnvironment
{
    private static readonly string[] Names =
        ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "TZ", "LANG", "TMPDIR", "CI", "LD_LIBRARY_PATH"];

    private static readonly string[] Beginnings = ["LC_", "XDG_", "DOTNET_", "NUGET_", "NuGetPackageSourceCredentials_", "SSL_CERT_"];

    private static readonly string[] Ends = ["_proxy", "_PROXY"];

    /// <summary>All others, to be taken away.</summary>
    public static IReadOnlyDictionary<string, string?> Cleaned() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => !IsKept(name)).ToDictionary(name => name, string? (_) => null);

    private static bool IsKept(string name) => Names.Contains(name)
        || Beginnings.Any(start => name.StartsWith(start, StringComparison.Ordinal))
        || Ends.Any(end => name.EndsWith(end, StringComparison.Ordinal));
}

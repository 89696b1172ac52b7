using Nuke.Common.IO;

namespace Host.Run;

/// <summary>Finds the folder that the build works in.</summary>
internal static class RootDirectories
{
    public const string Variable = "NUKE_ROOT";

    /// <summary>The root of this process, or null if there is none. Read once: the variable is taken back later.</summary>
    public static AbsolutePath? OfThisProcess { get; } =
        Find(Environment.GetCommandLineArgs()[1..], Environment.GetEnvironmentVariable(Variable), Environment.CurrentDirectory);

    /// <summary>
    /// What <c>--root</c> or the environment names, else the nearest folder upwards that holds <c>.nuke</c>. This is
    /// read before the command line is checked, since a build's static members may need it.
    /// </summary>
    public static AbsolutePath? Find(IReadOnlyList<string> arguments, string? variable, string workingDirectory)
    {
        var named = Option(arguments) ?? (string.IsNullOrEmpty(variable) ? null : variable);
        if (named is not null)
            return AbsolutePath.Create(Path.Combine(workingDirectory, named));
        for (var directory = AbsolutePath.Create(workingDirectory); directory is not null; directory = directory.Parent)
        {
            // ~/.nuke is where NUKE keeps settings of the user: it marks no repository.
            if ((directory / ".nuke").DirectoryExists() && directory != UserDirectory())
                return directory;
        }

        return null;
    }

    private static AbsolutePath? UserDirectory() =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? AbsolutePath.Create(home) : null;

    private static string? Option(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--root" && i + 1 < arguments.Count)
                return arguments[i + 1];
            if (arguments[i].StartsWith("--root=", StringComparison.Ordinal))
                return arguments[i]["--root=".Length..];
        }

        return null;
    }
}

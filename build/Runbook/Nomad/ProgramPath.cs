namespace Runbook.Nomad;

/// <summary>Where a program is. PATH alone decides, as in a shell: .NET looks next to its own executable and in the current folder first
/// (https://github.com/dotnet/runtime/issues/129736).</summary>
public static class ProgramPath
{
    private static readonly string[] Endings = OperatingSystem.IsWindows() ? ["", ".exe"] : [""];

    /// <summary>Absolute path of a program.</summary>
    /// <param name="program">A name, which is looked up, or a path.</param>
    /// <exception cref="RunbookException">No folder on PATH has an executable file of this name.</exception>
    public static string Find(string program) => Find(program, Environment.GetEnvironmentVariable("PATH") ?? "");

    /// <summary>The same with another value of PATH.</summary>
    public static string Find(string program, string path) => IsName(program)
        ? Candidates(program, path).FirstOrDefault(IsExecutable) ?? throw Missing(program, path)
        : Path.GetFullPath(program);

    private static bool IsName(string program) => program.AsSpan().IndexOfAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) < 0;

    // An empty or relative entry would be the current folder, which may belong to someone else.
    private static IEnumerable<string> Candidates(string program, string path) =>
        from folder in path.Split(Path.PathSeparator)
        where Path.IsPathFullyQualified(folder)
        from ending in Endings
        select Path.Combine(folder, program + ending);

    private static bool IsExecutable(string file) => File.Exists(file)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None);

    private static RunbookException Missing(string program, string path) =>
        new(ExitCode.WrongUse, $"{program} was not found on PATH ({(path.Length > 0 ? path : "which is empty")})")
        {
            State = "nothing was changed",
            Next = $"install {program}, or add its folder to PATH",
        };
}

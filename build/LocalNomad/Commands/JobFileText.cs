namespace LocalNomad.Commands;

/// <summary>The job file that a command names.</summary>
internal sealed record JobFileText(string Name, string Text)
{
    /// <exception cref="UsageException">There is no such file, or it cannot be read.</exception>
    public static JobFileText Read(CommandLine line)
    {
        var path = line.Arguments[0];
        if (path == "-")
            return new JobFileText("stdin", Console.In.ReadToEnd());
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw line.Misuse($"Error getting job struct: Error getting jobfile from \"{path}\": source path error: stat {full}: no such file or directory");
        try
        {
            return new JobFileText(path, File.ReadAllText(full));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw line.Misuse($"Error getting job struct: Error getting jobfile from \"{path}\": {error.Message}");
        }
    }
}
